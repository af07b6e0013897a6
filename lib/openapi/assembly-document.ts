import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CfnElement, Names, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { OpenApiDocument } from './open-api-object.ts';

/**
 * Writes a document into a cloud assembly, as `<name>.openapi.json` beside the templates, with the API
 * that it describes. Nothing of that is deployed: the local gateway reads it for its reference.
 *
 * @param outdir the assembly's folder
 * @param describer has one document, and gives the file its name
 */
export function writeAssemblyDocument(
  outdir: string,
  describer: IConstruct,
  { api, document }: { readonly api: CfnElement; readonly document: OpenApiDocument },
): void {
  const stack = Stack.of(api);
  const content = {
    stack: stack.artifactId,
    restApi: stack.resolve(api.logicalId),
    document: stack.resolve(document),
  };
  const file = `${Names.uniqueId(describer)}.openapi.json`;
  writeFileSync(join(outdir, file), JSON.stringify(content));
}
