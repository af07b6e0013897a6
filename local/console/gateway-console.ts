import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Outcome } from '../api/outcome.ts';
import { isForThisMachine } from '../http/this-machine.ts';
import { splitOnce } from '../split-once.ts';
import { answerClient, answerSearch, type ConsoleAnswer } from './clients/answer.ts';
import type { Directory } from './clients/directory.ts';
import { type EventStreams, type EventStreamsOptions, eventStreams } from './event-streams.ts';
import { readPage } from './page-files.ts';
import type { DescribedApi } from './reference/described-apis.ts';
import { newReference } from './reference/reference.ts';
import { requestLog } from './request-log.ts';

/** The page that shows what the gateway does. */
export interface GatewayConsole {
  /** Answers requests below `/_console`; returns false for any other, and leaves it alone. */
  answer(target: string, request: IncomingMessage, response: ServerResponse): boolean;
  /** A request that has been answered. */
  add(outcome: Outcome): void;
  /** A line that a function printed. */
  read(line: string): void;
  /** Shows all open pages what is served now. */
  refresh(): void;
}

/** What the console and the reference show. */
export interface GatewayConsoleOptions extends Omit<EventStreamsOptions, 'log'> {
  readonly directory: Directory;
  /** The APIs that are served at the moment, for the reference. */
  readonly apis: () => readonly DescribedApi[];
}

/** Beside the API's stage, so that it hides none of the API's paths. */
export const consolePath = '/_console';

const fileNames = [
  'index.html',
  'theme.css',
  'base.css',
  'controls.css',
  'clients.css',
  'search.css',
  'client-page.css',
  'requests.css',
  'narrow.css',
  'details.css',
  'steps.css',
  'icon.svg',
  'main.js',
  'requests.js',
  'clients.js',
  'search.js',
  'client-page.js',
  'details.js',
  'steps.js',
  'totals.js',
  'ask.js',
  'place.js',
  'dom.js',
  'words.js',
] as const;

const headers = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Whether a page of another site asks: it cannot read the answer, but would hold a connection. */
function isFromElsewhere({ headers: sent }: IncomingMessage): boolean {
  const { host, origin, 'sec-fetch-site': site } = sent;
  // A browser without `Sec-Fetch-Site` sends the origin of another site's page.
  if (origin !== undefined && origin !== `http://${host}`) return true;
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function refuse(response: ServerResponse, status: number, text: string, more = {}): void {
  // The rest of what the client sends is not read.
  const own = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close', ...more };
  response.writeHead(status, own).end(`${text}\n`);
}

function openEvents(
  streams: EventStreams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (isFromElsewhere(request)) {
    refuse(response, 403, 'The events are only for the console itself.');
  } else if (!streams.open(request, response)) {
    const text = 'Too many pages watch already: close one of them.';
    refuse(response, 503, text, { 'Retry-After': '5' });
  }
}

/** What is read by a query, which only the console itself may ask for. */
const questions: ReadonlyMap<string, typeof answerClient> = new Map([
  ['clients', answerSearch],
  ['client', answerClient],
]);

async function answerQuestion(
  answering: () => Promise<ConsoleAnswer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isFromElsewhere(request)) {
    refuse(response, 403, 'The clients are only for the console itself.');
    return;
  }
  const answer = await answering();
  if (answer.status !== 200) {
    refuse(response, answer.status, answer.sentence);
    return;
  }
  const body = JSON.stringify(answer.value);
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
}

/** Makes the console, which keeps what it is told and shows it to whoever opens the page. */
export function newGatewayConsole(options: GatewayConsoleOptions): GatewayConsole {
  const page = readPage(join(import.meta.dirname, 'page'), fileNames);
  const reference = newReference(options.apis);
  const log = requestLog(() => streams.announce());
  const streams = eventStreams({ ...options, log });

  function respond(
    path: string,
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    if (!isForThisMachine(request)) {
      const { localPort } = request.socket;
      refuse(response, 403, `The console is only at http://127.0.0.1:${localPort}${consolePath}.`);
      return;
    }
    if (request.method !== 'GET') {
      refuse(response, 405, 'The console can only be read.', { Allow: 'GET' });
      return;
    }
    const name = path.slice(consolePath.length + 1) || 'index.html';
    const file = page.get(name);
    const question = questions.get(name);
    if (file !== undefined) {
      response.writeHead(200, { 'Content-Type': file.type }).end(file.content);
    } else if (name === 'events') {
      openEvents(streams, request, response);
    } else if (question !== undefined) {
      answerQuestion(() => question(options.directory, query), request, response).catch(() =>
        refuse(response, 503, 'The console could not read it.'),
      );
    } else if (!reference.answer(name, request, response)) {
      refuse(response, 404, `There is no such page: the console is at ${consolePath}.`);
    }
  }

  return {
    add: (outcome) => log.add(outcome),
    read: (line) => log.read(line),
    refresh: () => streams.refresh(),
    answer(target, request, response) {
      const [path, query] = splitOnce(splitOnce(target, '#')[0], '?');
      if (path !== consolePath && !path.startsWith(`${consolePath}/`)) return false;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      respond(path, query, request, response);
      return true;
    },
  };
}
