import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { assertAccessible, assertFits } from './accessibility.ts';
import { check, hasFocus, see } from './check.ts';
import { checkReferenceLooks } from './reference-looks.ts';
import { narrow, ReferenceSession } from './reference-session.ts';
import { assertKeptNowhere } from './traces.ts';

/** Tests the reference in a browser. */
export function testReference(browserPath: string): void {
  void describe('the reference in a browser', { timeout: 600_000 }, () => {
    let session: ReferenceSession;
    let page: Page;

    before(async () => {
      session = await ReferenceSession.open(browserPath);
      ({ page } = session);
    });
    after(() => session?.close());

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
      await tabTo(session.tryButton(route));
      await page.keyboard.press('Enter');
      await see(session.panel());
      await page.waitForFunction("document.activeElement.closest('[role=dialog]') !== null");
    }

    async function closePanel(): Promise<void> {
      await tabTo(session.panel().getByRole('button', { name: 'Close Client' }), 'Shift+Tab');
      await page.keyboard.press('Enter');
      await session.panel().waitFor({ state: 'hidden' });
    }

    check('is reached from the console, and leads back', async () => {
      await page.goto(session.gateway.consoleUrl);
      await page.getByRole('link', { name: 'Reference' }).click();
      await see(page.getByRole('heading', { name: 'Job API', level: 1 }));
      await page.getByRole('link', { name: 'Console' }).click();
      await see(page.getByRole('heading', { name: 'Local gateway' }));
    });

    check('shows what the document says, for the gateway that serves it', async () => {
      await page.goto(session.url);
      await see(page.getByText('Creates jobs and shows them.'));
      await see(page.getByText(session.gateway.url, { exact: true }));
      for (const name of ['Create a job', 'List jobs', 'Read a job']) {
        await session.scrollTo(page.getByRole('heading', { name, exact: true }));
      }
    });

    check('sends a request with a pasted token, by the keyboard alone', async () => {
      await page.goto(session.url);
      await see(page.getByRole('heading', { name: 'Job API', level: 1 }));
      await openPanel('List jobs', 'get /jobs');
      await tabTo(session.tokenField());
      const outline = await page.evaluate<string>(
        'getComputedStyle(document.activeElement).outlineStyle',
      );
      assert.equal(outline, 'solid', 'the focus can be seen');
      await page.keyboard.insertText('no-such-token');
      await tabTo(session.panel().getByRole('button', { name: /^Send get request/ }), 'Shift+Tab');
      await page.keyboard.press('Enter');
      await see(session.status('401 Unauthorized'));
      await tabTo(session.tokenField());
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(session.token());
      await page.keyboard.press('ControlOrMeta+Enter');
      await see(session.status('200 OK'));
      await see(session.panel().getByText('"jobs"').last());
      await closePanel();
      assert.ok(await hasFocus(session.tryButton('get /jobs')), 'the focus is back');
    });

    check('sends a body, out of whose editor the Tab key leads', async () => {
      await openPanel('Create a job', 'post /jobs');
      await tabTo(session.panel().getByRole('textbox', { name: 'Request body' }));
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText('{"type":"from-the-reference","payload":{}}');
      await page.keyboard.press('Tab');
      assert.ok(!(await hasFocus(session.panel().getByRole('textbox', { name: 'Request body' }))));
      await page.keyboard.press('ControlOrMeta+Enter');
      await see(session.status('201 Created'));
      await see(session.panel().getByText('"from-the-reference"').last());
      await closePanel();
      const jobs = await session.api.callAs(session.gateway, 'bravo', 'GET /jobs');
      assert.match(await jobs.text(), /from-the-reference/);
    });

    check('keeps the token nowhere, and has forgotten it after a reload', async () => {
      await assertKeptNowhere(page, session.token());
      await page.reload();
      await see(page.getByRole('textbox', { name: 'Value' }));
      assert.equal(await page.getByRole('textbox', { name: 'Value' }).inputValue(), '');
      await assertKeptNowhere(page, session.token());
      assert.ok(!(await page.content()).includes(session.token()), 'the token is in the page');
      await page.goto(session.gateway.consoleUrl);
      await see(page.getByRole('row').filter({ hasText: 'POST /jobs' }));
      assert.ok(!(await page.content()).includes(session.token()), 'the token is in the console');
    });

    checkReferenceLooks(() => session);

    check('lets a reader choose between two documents of an API', async () => {
      const [first] = session.api.documents;
      assert.ok(first);
      const second = {
        ...first,
        document: { ...first.document, info: { title: 'Partners', version: '2' } },
      };
      const other = await session.start([first, second]);
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

    check('says what to do where an app has no document', async () => {
      const other = await session.start([]);
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
      assert.deepEqual(session.complaints, []);
      assert.deepEqual(session.strangers(), []);
      return Promise.resolve();
    });
  });
}
