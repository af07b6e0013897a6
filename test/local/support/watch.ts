import { get, type IncomingHttpHeaders } from 'node:http';
import { afterAll } from '@jest/globals';
import type { RequestEntry, RequestsEvent } from '../../../local/console/entries.ts';
import { eventually } from './eventually.ts';

/** A page that watches a gateway. */
export interface Watcher {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** All bytes that came, as text. */
  text(): string;
  /** The contents of the events of a name, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read any event
  events(name: string): any[];
  /** The id of the last event that has one. */
  lastId(): string | undefined;
  /** The latest state of the requests for which `isWanted`, when there are so many of them. */
  requests(count: number, isWanted?: (one: RequestEntry) => boolean): Promise<RequestEntry[]>;
  leave(): void;
}

const watchers: Watcher[] = [];

afterAll(() => {
  for (const one of watchers) one.leave();
});

/** Opens a console's stream of events until the tests of the file are over. */
export function watch(consoleUrl: string, headers: Record<string, string> = {}): Promise<Watcher> {
  const { promise, resolve, reject } = Promise.withResolvers<Watcher>();
  const outgoing = get(`${consoleUrl}/events`, { headers, agent: false }, (incoming) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    incoming.on('error', () => undefined);
    const blocks = () => text.split('\n\n').slice(0, -1);
    const field = (block: string, name: string) =>
      new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const events = (name: string) =>
      blocks()
        .filter((block) => field(block, 'event') === name)
        .map((block) => JSON.parse(field(block, 'data') ?? ''));
    const watcher: Watcher = {
      status: incoming.statusCode ?? 0,
      headers: incoming.headers,
      text: () => text,
      events,
      lastId: () =>
        blocks()
          .flatMap((block) => field(block, 'id') ?? [])
          .at(-1),
      requests: (count, isWanted = () => true) =>
        eventually(() => {
          const all = (events('requests') as RequestsEvent[]).flatMap(({ requests }) => requests);
          const latest = [...new Map(all.map((one) => [one.id, one])).values()].filter(isWanted);
          return latest.length >= count ? latest : undefined;
        }),
      leave: () => {
        outgoing.destroy();
      },
    };
    watchers.push(watcher);
    resolve(watcher);
  });
  outgoing.on('error', reject);
  return promise;
}
