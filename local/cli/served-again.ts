import type { Paint } from '../../terminal/paint.ts';
import { printable } from '../../terminal/printable.ts';
import type { Client } from '../clients.ts';
import type { LocalGateway } from '../local-gateway.ts';
import { severalHaveClients } from '../operator-command.ts';
import type { ServedStage } from '../served-stages.ts';
import { clientLines } from './welcome.ts';

/** One file, two, or the first one and how many others. */
function names(files: readonly string[]): string {
  const [first = '', second = ''] = files.map(printable);
  if (files.length === 1) return first;
  return files.length === 2
    ? `${first} and ${second}`
    : `${first} and ${files.length - 1} other files`;
}

/** What a developer has been shown. */
export interface Shown {
  readonly stages: readonly ServedStage[];
  readonly clients: readonly Client[];
  /** Whether several stacks have clients. */
  readonly areSeveralStacks: boolean;
  /** What of the app is not served. */
  readonly notServed: readonly string[];
}

/** What a gateway has to show now. */
export function shownOf(gateway: LocalGateway): Shown {
  const { stages, app } = gateway;
  const { stacks, notServed } = app;
  return {
    stages,
    clients: gateway.clients(),
    areSeveralStacks: severalHaveClients(stacks),
    notServed,
  };
}

/** The members of one list that another has not. */
function without<T>(all: readonly T[], others: readonly T[], keyOf: (one: T) => unknown): T[] {
  const keys = new Set(others.map(keyOf));
  return all.filter((one) => !keys.has(keyOf(one)));
}

/**
 * What a developer sees when a change of files is served: how long it took, which URLs are new or gone,
 * what is not served as before, and commands for new clients.
 *
 * @param elapsedMs the milliseconds since the first of the files was written
 */
export async function servedAgainText(
  files: Iterable<string>,
  elapsedMs: number,
  before: Shown,
  now: Shown,
  paint: Paint,
): Promise<string> {
  const name = ({ api: { label } }: ServedStage) =>
    label === undefined ? '' : ` ${printable(label)}`;
  const urlOf = ({ url }: ServedStage) => url;
  const added = without(now.stages, before.stages, urlOf);
  const removed = without(before.stages, now.stages, urlOf);
  const clients = without(now.clients, before.clients, (one) => `${one.stackName}/${one.name}`);
  const commands = await Promise.all(
    clients.map((one) => clientLines(one, now.stages, now.areSeveralStacks, paint)),
  );
  return [
    `${paint('green', 'Served again')} in ${(elapsedMs / 1000).toFixed(1)} s: ${names([...files].sort())} changed.`,
    ...added.map((stage) => `  New: ${paint('bold', stage.url)}${name(stage)}`),
    ...removed.map((stage) => `  No longer served: ${stage.url}${name(stage)}`),
    ...without(now.notServed, before.notServed, String).map((line) =>
      paint('yellow', printable(line)),
    ),
    ...commands.flat(),
    ...(commands.length > 0 ? [''] : []),
  ].join('\n');
}
