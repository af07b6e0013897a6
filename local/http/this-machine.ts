import type { IncomingMessage } from 'node:http';

/** The values of a header, each occurrence apart. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}

/**
 * Whether a request names this machine and this port. A page of the web whose name has been made to
 * lead here (DNS rebinding) sends its own name.
 */
export function isForThisMachine(request: IncomingMessage): boolean {
  const [host, ...others] = valuesOf(request, 'host');
  const name = /^(127\.0\.0\.1|localhost|\[::1\])(?::(\d+))?$/i.exec(host ?? '');
  return name !== null && others.length === 0 && Number(name[2] ?? 80) === request.socket.localPort;
}

/** What browsers add to the requests of pages, and programs do not. */
const pageHeaders = ['origin', 'referer', 'sec-fetch-site'] as const;

/** Whether a page in a browser sent a request, whichever site the page is of. */
export function isFromPage(request: IncomingMessage): boolean {
  return pageHeaders.some((name) => valuesOf(request, name).length > 0);
}
