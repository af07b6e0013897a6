import type { IncomingMessage, ServerResponse } from 'node:http';
import { COMMANDS } from '../../terminal/command-names.ts';
import { randomId } from '../random-id.ts';
import type { ClientsEvent } from './clients/entries.ts';
import type { RequestsEvent, StartEvent } from './entries.ts';
import type { RequestLog } from './request-log.ts';

/** The pages that watch. */
export interface EventStreams {
  /** Sends events until the reader goes; false when there are too many already. */
  open(request: IncomingMessage, response: ServerResponse): boolean;
  /** Tells all readers of a change, soon. */
  announce(): void;
  /** Begins anew with what is served now, if it is something else, and sends the clients as they are. */
  refresh(): void;
}

export interface EventStreamsOptions {
  readonly log: RequestLog;
  readonly clients: () => ClientsEvent;
  readonly start: () => Pick<StartEvent, 'apis' | 'example'>;
}

interface Reader {
  readonly response: ServerResponse;
  /** The last change that it got. */
  change: number;
  /** What is served, as it last got it, as JSON. */
  start: string;
  /** The clients as it last got them, as JSON. */
  clients: string;
}

/** Enough for several browsers, which open six connections to a host at most. */
export const maxReaders = 20;
const maxUnreadBytes = 4 * 1024 * 1024;
const batchMs = 100;
const heartbeatMs = 15_000;
const reconnectMs = 1000;

const eventText = (name: string, data: string, id?: string) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`;

/**
 * The last change that a reader has seen; undefined when it has to begin anew.
 *
 * @param run names this run of the gateway: ids of another run are not valid
 */
function resumedFrom(
  { headers }: IncomingMessage,
  run: string,
  log: RequestLog,
): number | undefined {
  const [, itsRun, change] = /^(\w{8})-(\d{1,15})$/.exec(String(headers['last-event-id'])) ?? [];
  return itsRun === run && Number(change) <= log.latest ? Number(change) : undefined;
}

/** Sends a reader what it does not know yet, or ends a connection that reads too slowly. */
function update(reader: Reader, run: string, log: RequestLog, clientsNow: string): void {
  const { response } = reader;
  if (response.writableLength > maxUnreadBytes) {
    response.destroy();
    return;
  }
  const requests = log.since(reader.change);
  if (requests.length > 0) {
    const event: RequestsEvent = { total: log.total, requests };
    response.write(eventText('requests', JSON.stringify(event), `${run}-${log.latest}`));
    reader.change = log.latest;
  }
  if (clientsNow !== reader.clients) response.write(eventText('clients', clientsNow));
  reader.clients = clientsNow;
}

/**
 * Server-sent events: `start` at each connection and when something else is served, `requests` with an
 * id that a reader can resume from, `clients` when they have changed.
 *
 * Source: HTML Standard, "Server-sent events".
 */
export function eventStreams({ log, clients, start }: EventStreamsOptions): EventStreams {
  const run = randomId(4, 'hex');
  const readers = new Set<Reader>();
  let batch: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;

  function updateAll(): void {
    batch = undefined;
    const clientsNow = JSON.stringify(clients());
    for (const reader of readers) update(reader, run, log, clientsNow);
  }

  function leave(reader: Reader): void {
    readers.delete(reader);
    if (readers.size > 0) return;
    clearInterval(heartbeat);
    clearTimeout(batch);
    heartbeat = undefined;
    batch = undefined;
  }

  function beat(): void {
    // A comment keeps the connection open; a token may have been issued or revoked since.
    for (const { response } of readers) response.write(':\n\n');
    updateAll();
  }

  function begin(reader: Reader, resumed: boolean): string {
    const served = start();
    reader.start = JSON.stringify(served);
    const event: StartEvent = { resumed, startCommand: COMMANDS.start, ...served };
    return eventText('start', JSON.stringify(event));
  }

  return {
    refresh() {
      const now = JSON.stringify(start());
      for (const reader of readers) {
        if (reader.start !== now) reader.response.write(begin(reader, true));
      }
      if (readers.size > 0) updateAll();
    },
    announce() {
      if (readers.size > 0) batch ??= setTimeout(updateAll, batchMs);
    },
    open(request, response) {
      if (readers.size >= maxReaders) return false;
      const from = resumedFrom(request, run, log);
      const reader: Reader = { response, change: from ?? 0, start: '', clients: '' };
      readers.add(reader);
      response.on('close', () => leave(reader));
      heartbeat ??= setInterval(beat, heartbeatMs);
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(`retry: ${reconnectMs}\n${begin(reader, from !== undefined)}`);
      update(reader, run, log, JSON.stringify(clients()));
      return true;
    },
  };
}
