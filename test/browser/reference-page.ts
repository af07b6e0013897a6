import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import type { LocalGateway } from '../../local/local-gateway.ts';
import type { ApiDocument } from '../../local/served-app.ts';
import { assertAccessible, assertFits } from './accessibility.ts';
import { startBrowser } from './browser.ts';
import { check, hasFocus, see } from './check.ts';
import { type JobApi, newJobApi, tokenOf } from './job-api.ts';
import { wide } from './session.ts';
import { assertKeptNowhere } from './traces.ts';

const narrow = { width: 320, height: 640 };
const patienceMs = 15_000;

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

/** Tests the reference in a browser. */
export function testReference(browserPath: string): void {
  void describe('the reference in a browser', { timeout: 600_000 }, () => {
    let api: JobApi;
    let gateway: LocalGateway;
    let browser: Browser;
    let page: Page;
    /** Script errors, and violations of the page's content security policy. */
    const complaints: string[] = [];
    /** Whom the page has asked, and whom it may ask. */
    const origins = new Set<string>();
    const ours = new Set<string>();

    const referenceUrl = () => `${gateway.consoleUrl}/reference`;
    const panel = () => page.getByRole('dialog', { name: 'API Client' });
    const status = (text: string) => panel().getByRole('link', { name: text });
    const tokenField = () => panel().getByRole('textbox', { name: 'Value' });
    const tryButton = (route: string) =>
      page.getByRole('button', { name: /^Test Request/ }).filter({ hasText: `(${route})` });
    const token = () => tokenOf(gateway, 'bravo') ?? assert.fail('bravo has no token');

    before(async () => {
      api = await newJobApi();
      gateway = await start();
      browser = await startBrowser(browserPath);
      page = await browser.newPage({
        viewport: wide,
        colorScheme: 'light',
        reducedMotion: 'reduce',
      });
      page.setDefaultTimeout(patienceMs);
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        // A refusal that somebody tries is one, too.
        const isRefusal = /^Failed to load resource: .* 401 /.test(message.text());
        if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
      });
      page.on('request', (request) => origins.add(new URL(request.url()).origin));
    });
    after(async () => {
      await browser?.close();
      await gateway?.stop();
      await api?.close();
    });

    async function start(documents?: readonly ApiDocument[]): Promise<LocalGateway> {
      const started = await api.start(0, documents);
      ours.add(new URL(started.url).origin);
      return started;
    }

    /** Scrolls until something is there: the viewer lays out what comes near. */
    async function scrollTo(target: Locator): Promise<void> {
      for (let i = 0; i < 100 && !(await target.first().isVisible()); i++) {
        await page.mouse.wheel(0, 300);
        await page.evaluate('new Promise(requestAnimationFrame)');
      }
      await see(target);
    }

    /** Presses Tab until the focus is there. */
    async function tabTo(target: Locator, key = 'Tab'): Promise<void> {
      for (let i = 0; i < 150; i++) {
        if (await hasFocus(target)) return;
        await page.keyboard.press(key);
      }
      assert.fail(`no focus by ${key}: ${String(target)}`);
    }

    /** Opens the panel that tries a request, by the keyboard. */
    async function openPanel(operation: string, route: string): Promise<void> {
      await tabTo(page.getByRole('complementary').getByRole('link', { name: operation }));
      await page.keyboard.press('Enter');
      const section = page.getByRole('region', { name: operation });
      await see(section.getByRole('heading', { name: operation }));
      await tabTo(tryButton(route));
      await page.keyboard.press('Enter');
      await see(panel());
      await page.waitForFunction("document.activeElement.closest('[role=dialog]') !== null");
    }

    async function closePanel(): Promise<void> {
      await tabTo(panel().getByRole('button', { name: 'Close Client' }), 'Shift+Tab');
      await page.keyboard.press('Enter');
      await panel().waitFor({ state: 'hidden' });
    }

    check('is reached from the console, and leads back', async () => {
      await page.goto(gateway.consoleUrl);
      await page.getByRole('link', { name: 'Reference' }).click();
      await see(page.getByRole('heading', { name: 'Job API', level: 1 }));
      await page.getByRole('link', { name: 'Console' }).click();
      await see(page.getByRole('heading', { name: 'Local gateway' }));
    });

    check('shows what the document says, for the gateway that serves it', async () => {
      await page.goto(referenceUrl());
      await see(page.getByText('Creates jobs and shows them.'));
      await see(page.getByText(gateway.url, { exact: true }));
      for (const name of ['Create a job', 'List jobs', 'Read a job']) {
        await scrollTo(page.getByRole('heading', { name, exact: true }));
      }
    });

    check('sends a request with a pasted token, by the keyboard alone', async () => {
      await page.goto(referenceUrl());
      await see(page.getByRole('heading', { name: 'Job API', level: 1 }));
      await openPanel('List jobs', 'get /jobs');
      await tabTo(tokenField());
      const outline = await page.evaluate<string>(
        'getComputedStyle(document.activeElement).outlineStyle',
      );
      assert.equal(outline, 'solid', 'the focus can be seen');
      await page.keyboard.insertText('no-such-token');
      await tabTo(panel().getByRole('button', { name: /^Send get request/ }), 'Shift+Tab');
      await page.keyboard.press('Enter');
      await see(status('401 Unauthorized'));
      await tabTo(tokenField());
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(token());
      await page.keyboard.press('ControlOrMeta+Enter');
      await see(status('200 OK'));
      await see(panel().getByText('"jobs"').last());
      await closePanel();
      assert.ok(await hasFocus(tryButton('get /jobs')), 'the focus is back');
    });

    check('sends a body, out of whose editor the Tab key leads', async () => {
      await openPanel('Create a job', 'post /jobs');
      await tabTo(panel().getByRole('textbox', { name: 'Request body' }));
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText('{"type":"from-the-reference","payload":{}}');
      await page.keyboard.press('Tab');
      assert.ok(!(await hasFocus(panel().getByRole('textbox', { name: 'Request body' }))));
      await page.keyboard.press('ControlOrMeta+Enter');
      await see(status('201 Created'));
      await see(panel().getByText('"from-the-reference"').last());
      await closePanel();
      const jobs = await api.callAs(gateway, 'bravo', 'GET /jobs');
      assert.match(await jobs.text(), /from-the-reference/);
    });

    check('keeps the token nowhere, and has forgotten it after a reload', async () => {
      await assertKeptNowhere(page, token());
      await page.reload();
      await see(page.getByRole('textbox', { name: 'Value' }));
      assert.equal(await page.getByRole('textbox', { name: 'Value' }).inputValue(), '');
      await assertKeptNowhere(page, token());
      assert.ok(!(await page.content()).includes(token()), 'the token is in the page');
      await page.goto(gateway.consoleUrl);
      await see(page.getByRole('row').filter({ hasText: 'POST /jobs' }));
      assert.ok(!(await page.content()).includes(token()), 'the token is in the console');
    });

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [wide, narrow]) {
        const when = `${colorScheme}, ${viewport.width} pixels`;
        const assertGood = async (what: string) => {
          // A colour that changes is another one for a frame.
          await page.evaluate(
            'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
          );
          await assertAccessible(page, `${when}, ${what}`);
          await assertFits(page, `${when}, ${what}`);
        };
        check(`is accessible and fits: ${when}`, async () => {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize(viewport);
          await page.goto(referenceUrl());
          await page.mouse.move(viewport.width / 2, viewport.height / 2);
          await see(page.getByRole('heading', { name: 'Job API', level: 1 }));
          await scrollTo(tryButton('get /jobs/{id}'));
          await scrollTo(page.getByRole('button', { name: 'Show More' }));
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
          await tryButton('post /jobs').click();
          await tokenField().fill(token());
          await assertGood('panel');
          await page.keyboard.press('ControlOrMeta+Enter');
          await see(status('201 Created'));
          await see(panel().getByText('"createdAt"').last());
          await see(
            panel().locator('[data-addressbar-action="send"]:not([aria-disabled]):visible'),
          );
          await assertGood('response');
          await panel()
            .getByRole('button', { name: /^Selected Auth Type/ })
            .click();
          await see(page.getByRole('option', { name: 'apiToken' }));
          await assertGood('response, and a list');
        });
      }
    }

    check('has the menu and the search of a phone, which are accessible, too', async () => {
      await page.setViewportSize(narrow);
      await page.goto(referenceUrl());
      await page.getByRole('button', { name: /menu/i }).first().click();
      await see(page.getByRole('link', { name: /^List jobs/ }));
      await assertAccessible(page, 'menu');
      await page.getByRole('button', { name: /^Open Search/ }).click();
      await page.keyboard.insertText('read');
      await see(page.getByRole('option', { name: /Read a job/ }));
      await assertAccessible(page, 'search');
      await page.setViewportSize(wide);
    });

    check('lets a reader choose between two documents of an API', async () => {
      const [first] = api.documents;
      assert.ok(first);
      const second = {
        ...first,
        document: { ...first.document, info: { title: 'Partners', version: '2' } },
      };
      const other = await start([first, second]);
      try {
        await page.goto(`${other.consoleUrl}/reference`);
        await page.getByRole('button', { name: 'Job API' }).click();
        await assertAccessible(page, 'choice');
        await page.getByRole('option', { name: 'Partners' }).click();
        await see(page.getByRole('heading', { name: 'Partners', level: 1 }));
        await assertAccessible(page, 'second document');
      } finally {
        await other.stop();
      }
    });

    check('is accessible with a document that has few names', async () => {
      const [first] = api.documents;
      assert.ok(first);
      const other = await start([{ ...first, document: fewNames }]);
      try {
        await page.goto(`${other.consoleUrl}/reference`);
        for (const route of ['get /jobs', 'put /jobs']) await scrollTo(tryButton(route));
        await assertAccessible(page, 'few names');
        await page.setViewportSize(narrow);
        await assertAccessible(page, 'few names, narrow');
        await page.setViewportSize(wide);
        await tryButton('put /jobs').click();
        await panel()
          .getByRole('button', { name: /^Selected Auth Type/ })
          .click();
        await see(page.getByRole('option', { name: 'another' }));
        await assertAccessible(page, 'few names, panel');
      } finally {
        await other.stop();
      }
    });

    check('says what to do where an app has no document', async () => {
      const other = await start([]);
      try {
        await page.goto(`${other.consoleUrl}/reference`);
        await see(page.getByText(/^No document describes this API: add the construct OpenApi/));
        await assertAccessible(page, 'no document');
        await page.setViewportSize(narrow);
        await assertFits(page, 'no document');
      } finally {
        await other.stop();
      }
    });

    check('asks no other origin for anything, and breaks no rule of its policy', () => {
      assert.deepEqual(complaints, []);
      assert.deepEqual(
        [...origins].filter((origin) => !ours.has(origin)),
        [],
      );
      return Promise.resolve();
    });
  });
}
