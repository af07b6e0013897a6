/** @import { Start } from '../../reference/start.ts' */
import { byId, make } from '../dom.js';
import { keepMended } from './mend.js';

/** @param {Start['apis']} apis */
function showApis(apis) {
  const list = byId('apis', HTMLUListElement);
  list.replaceChildren(
    ...apis.map(({ name, url }) =>
      make('li', {}, make('a', url === null ? { 'aria-current': 'page' } : { href: url }, name)),
    ),
  );
}

/** @param {(Node | string)[]} text */
function notice(...text) {
  byId('notice-text', HTMLParagraphElement).replaceChildren(...text);
  byId('notice', HTMLElement).hidden = false;
}

/**
 * The documents as the viewer takes them.
 *
 * @param {Start['documents']} documents
 */
const sourcesOf = (documents) =>
  documents.map(({ title, url, scheme }, index) => ({
    title,
    slug: `document-${index + 1}`,
    url,
    ...(scheme !== null && { authentication: { preferredSecurityScheme: scheme } }),
  }));

/** @param {Start['documents']} documents */
async function showDocuments(documents) {
  const script = make('script', { src: '/_console/reference/viewer.js' });
  const { promise, resolve, reject } = Promise.withResolvers();
  script.addEventListener('load', resolve);
  script.addEventListener('error', reject);
  document.head.append(script);
  await promise;
  keepMended(document.body);
  /** @type {any} */ (window).Scalar.createApiReference('#reference', {
    sources: sourcesOf(documents),
    // Nothing of what a person types here is kept, and nothing is asked of other hosts.
    persistAuth: false,
    telemetry: false,
    withDefaultFonts: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    documentDownloadType: 'none',
    // As the system has it, like the console.
    hideDarkModeToggle: true,
  });
}

async function show() {
  const response = await fetch('/_console/reference/start.json');
  /** @type {Start} */
  const { documents, apis } = await response.json();
  showApis(apis);
  if (documents.length > 0) {
    await showDocuments(documents);
  } else {
    notice(
      'No document describes this API: add the construct ',
      make('code', {}, 'OpenApi'),
      ' of api-token-authorizer to the app, as docs/construct.md says under “OpenAPI”.',
    );
  }
}

show().catch(() => notice('The reference could not be loaded: is the gateway running?'));
