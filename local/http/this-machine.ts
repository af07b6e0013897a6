import type { IncomingMessage } from 'node:http';

/** The values of a header, one for each time it was sent. */
function valuesOf({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}

/**
 * Whether a request names this machine and this port. A web page whose name was made to resolve to this
 * machine (DNS rebinding) sends its own name.
 */
export function isForThisMachine(request: IncomingMessage): boolean {
  const [host, ...others] = valuesOf(request, 'host');
  const name = /^(127\.0\.0\.1|localhost|\[::1\])(?::(\d+))?$/i.exec(host ?? '');
  return name !== null && others.length === 0 && Number(name[2] ?? 80) === request.socket.localPort;
}

/** Headers that browsers add to the requests of web pages, and programs do not. */
const pageHeaders = ['origin', 'referer', 'sec-fetch-site'] as const;

/** Whether a web page sent a request, of whichever site. */
export function isFromPage(request: IncomingMessage): boolean {
  return pageHeaders.some((name) => valuesOf(request, name).length > 0);
}
