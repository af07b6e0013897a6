import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from './accessibility.ts';
import { check, see } from './check.ts';
import { narrow, type ReferenceSession } from './reference-session.ts';
import { wide } from './session.ts';

/** A document whose operations have neither summaries nor tags, with two security schemes. */
const fewNames = {
  openapi: '3.1.0',
  info: { title: 'Few names', version: '1', contact: { email: 'a@example.com' } },
  paths: {
    '/jobs': {
      get: { responses: { 200: { description: 'Some' } } },
      put: {
        security: [{ apiToken: [] }, { another: [] }],
        responses: { 204: { description: 'None' } },
      },
    },
  },
  components: {
    securitySchemes: {
      apiToken: { type: 'apiKey', in: 'header', name: 'X-API-Token' },
      another: { type: 'http', scheme: 'bearer' },
    },
  },
};

/**
 * Tests what the reference looks like in both schemes, in a wide and in a narrow window, and with a document that
 * says little.
 */
export function checkReferenceLooks(open: () => ReferenceSession): void {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [wide, narrow]) {
      const when = `${colorScheme}, ${viewport.width} pixels`;
      const assertGood = async (what: string) => {
        const { page } = open();
        // A colour that changes is another one for a frame.
        await page.evaluate(
          'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
        );
        await assertAccessible(page, `${when}, ${what}`);
        await assertFits(page, `${when}, ${what}`);
      };
      check(`is accessible and fits: ${when}`, async () => {
        const session = open();
        const { page } = session;
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize(viewport);
        await page.goto(session.url);
        await page.mouse.move(viewport.width / 2, viewport.height / 2);
        await see(page.getByRole('heading', { name: 'Job API', level: 1 }));
        await session.scrollTo(session.tryButton('get /jobs/{id}'));
        await session.scrollTo(page.getByRole('button', { name: 'Show More' }));
        const ground = await page.evaluate<string>(
          'getComputedStyle(document.body).backgroundColor',
        );
        assert.equal(/^rgb\(2[45]\d/.test(ground), colorScheme === 'light', `${when}: ${ground}`);
        await assertGood('page');
        for (const name of [/^Selected Auth Type/, /^Select from all clients/]) {
          await page.getByRole('button', { name }).first().click();
          await see(page.getByRole('listbox'));
          await assertGood(String(name));
          await page.keyboard.press('Escape');
        }
        await session.tryButton('post /jobs').click();
        await session.tokenField().fill(session.token());
        await assertGood('panel');
        await page.keyboard.press('ControlOrMeta+Enter');
        await see(session.status('201 Created'));
        await see(session.panel().getByText('"createdAt"').last());
        await see(
          session.panel().locator('[data-addressbar-action="send"]:not([aria-disabled]):visible'),
        );
        await assertGood('response');
        await session
          .panel()
          .getByRole('button', { name: /^Selected Auth Type/ })
          .click();
        await see(page.getByRole('option', { name: 'apiToken' }));
        await assertGood('response, and a list');
      });
    }
  }

  check('has the menu and the search of a phone, which are accessible, too', async () => {
    const session = open();
    const { page } = session;
    await page.setViewportSize(narrow);
    await page.goto(session.url);
    await page.getByRole('button', { name: /menu/i }).first().click();
    await see(page.getByRole('link', { name: /^List jobs/ }));
    await assertAccessible(page, 'menu');
    await page.getByRole('button', { name: /^Open Search/ }).click();
    await page.keyboard.insertText('read');
    await see(page.getByRole('option', { name: /Read a job/ }));
    await assertAccessible(page, 'search');
    await page.setViewportSize(wide);
  });

  check('is accessible with a document that has few names', async () => {
    const session = open();
    const { page } = session;
    const [first] = session.api.documents;
    assert.ok(first);
    const other = await session.start([{ ...first, document: fewNames }]);
    try {
      await page.goto(`${other.consoleUrl}/reference`);
      for (const route of ['get /jobs', 'put /jobs'])
        await session.scrollTo(session.tryButton(route));
      await assertAccessible(page, 'few names');
      await page.setViewportSize(narrow);
      await assertAccessible(page, 'few names, narrow');
      await page.setViewportSize(wide);
      await session.tryButton('put /jobs').click();
      await session
        .panel()
        .getByRole('button', { name: /^Selected Auth Type/ })
        .click();
      await see(page.getByRole('option', { name: 'another' }));
      await assertAccessible(page, 'few names, panel');
    } finally {
      await other.stop();
    }
  });
}
