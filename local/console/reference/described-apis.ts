import type { JsonObject } from '../../json.ts';
import type { ServedApp } from '../../served-app.ts';
import type { ServedStage } from '../../served-stages.ts';

/** A REST API on its port, and what describes it. */
export interface DescribedApi {
  readonly name: string;
  readonly port: number;
  /** The names of its stages. */
  readonly stages: readonly string[];
  readonly documents: readonly JsonObject[];
}

/** The APIs that are served, with the documents that the app has for them. */
export function describedApis(
  { documents }: Pick<ServedApp, 'documents'>,
  served: readonly ServedStage[],
): DescribedApi[] {
  return [...Map.groupBy(served, ({ api }) => api.id)].map(([id, stages]) => ({
    name: stages[0]?.api.name ?? id,
    port: Number(new URL(stages[0]?.url ?? '').port),
    stages: stages.map(({ api }) => api.stage),
    documents: documents.filter(({ apiId }) => apiId === id).map(({ document }) => document),
  }));
}
