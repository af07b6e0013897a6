import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type JsonObject, objectAt, stringAt } from '../../json.ts';
import { mediaTypes, readPage } from '../page-files.ts';
import type { DescribedApi } from './described-apis.ts';
import { localDocument } from './local-document.ts';
import type { Start } from './start.ts';

/** The page on which people read what an API's OpenAPI document says, and try it. */
export interface Reference {
  /**
   * Answers a request of this machine for a path below `/_console`.
   *
   * @returns false for a path that is not the reference's, and leaves the response alone
   */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean;
}

const referencePath = 'reference';

const fileNames = ['index.html', 'reference.css', 'main.js', 'mend.js'] as const;

/**
 * The viewer makes style elements and HTML of its own, so this page has a looser policy than the console. Still,
 * it runs only our files, and sends nothing to any other origin than its own, which is the API's.
 */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const titleOf = (document: JsonObject, otherwise: string) =>
  stringAt(objectAt(document, 'info'), 'title') ?? otherwise;

/** By its own host name: a page may not read what another origin answers. */
function startOf(apis: readonly DescribedApi[], own: DescribedApi, hostname: string): Start {
  return {
    documents: own.documents.map((document, index) => ({
      title: titleOf(document, own.name),
      url: `/_console/${referencePath}/${index}.json`,
      scheme: Object.keys(objectAt(objectAt(document, 'components'), 'securitySchemes'))[0] ?? null,
    })),
    apis: apis.map((api) => ({
      name: api.name,
      url: api === own ? null : `http://${hostname}:${api.port}/_console/${referencePath}`,
    })),
  };
}

/** Loads the viewer when somebody asks for it: it is large. */
async function viewer(): Promise<string> {
  const { viewerScript } = await import('./viewer-script.ts');
  return viewerScript();
}

/**
 * Makes the reference. Each API's is on the API's own port, so that requests from the page are of the same origin.
 *
 * @param apis what is served at the moment
 */
export function newReference(apis: () => readonly DescribedApi[]): Reference {
  const page = readPage(join(import.meta.dirname, '../page/reference'), fileNames);

  function jsonAt(name: string, { headers, socket }: IncomingMessage): unknown {
    const all = apis();
    const own = all.find(({ port }) => port === socket.localPort);
    if (own === undefined) return undefined;
    const base = new URL(`http://${headers.host}`);
    if (name === 'start.json') return startOf(all, own, base.hostname);
    const [, index] = /^(\d{1,3})\.json$/.exec(name) ?? [];
    const document = own.documents[Number(index)];
    const servers = own.stages.map((stage) => ({ url: `${base.origin}/${stage}` }));
    return document && localDocument(document, servers);
  }

  return {
    answer(path, request, response) {
      if (path !== referencePath && !path.startsWith(`${referencePath}/`)) return false;
      const name = path.slice(referencePath.length + 1) || 'index.html';
      const send = (type: string, content: string | Buffer) => {
        response.setHeader('Content-Security-Policy', contentSecurityPolicy);
        response.writeHead(200, { 'Content-Type': type }).end(content);
      };
      const file = page.get(name);
      const json = file === undefined ? jsonAt(name, request) : undefined;
      if (file !== undefined) send(file.type, file.content);
      else if (json !== undefined) send('application/json', JSON.stringify(json));
      else if (name !== 'viewer.js') return false;
      else {
        viewer().then(
          (script) => send(mediaTypes.js, script),
          () => response.writeHead(500).end(),
        );
      }
      return true;
    },
  };
}
