import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './accessibility.ts';
import { check, hasFocus, see } from './check.ts';
import { checkLooks } from './console-looks.ts';
import { tokenOf } from './job-api.ts';
import { takeScreenshots } from './screenshots.ts';
import { Session } from './session.ts';

/** Tests the console in a browser, and takes the README's pictures if asked to. */
export function testConsole(browserPath: string, screenshots: boolean): void {
  void describe('the console in a browser', { timeout: 120_000 }, () => {
    let session: Session;
    let page: Page;
    const { rows, rowOf, call } = {
      rows: () => session.rows(),
      rowOf: (...texts: string[]) => session.rowOf(...texts),
      call: (...how: Parameters<Session['call']>) => session.call(...how),
    };

    before(async () => {
      session = await Session.open(browserPath);
      ({ page } = session);
    });
    after(() => session?.close());

    check('says what to do as long as there are no requests', async () => {
      await see(page.getByText('Live', { exact: true }));
      await see(page.getByText('No requests yet.'));
      await see(page.getByText(`curl -H 'X-API-Token: …' '${session.gateway.url}/jobs'`));
      await assertAccessible(page, 'empty');
    });

    check('shows requests as they come, and why they were decided so', async () => {
      assert.equal(await call('bravo', 'POST /jobs'), 201);
      await see(rowOf('bravo', 'POST /jobs', 'Allowed', 'called', '201'));
      assert.equal(await call('bravo', 'GET /jobs/none'), 404);
      await see(rowOf('bravo', 'GET /jobs/{id}', 'Allowed', 'cached', '404'));
      assert.equal(await call('nobody', 'GET /jobs'), 401);
      await see(rowOf('unknown', 'GET /jobs', 'Refused', 'unknown token', '401'));
      assert.equal(await call('', 'GET /jobs'), 401);
      await see(rowOf('unknown', 'Refused', 'no token', 'not called', '401'));
      assert.equal(await call('ae-plugin', 'POST /jobs'), 403);
      await see(rowOf('ae-plugin', 'POST /jobs', 'Refused', 'no permission', '403'));
      assert.equal(await call('bravo', 'GET /nothing'), 404);
      await see(rowOf('Refused', 'no such route', '404'));
      assert.equal(await call('bravo', 'POST /jobs', { body: '{}' }), 400);
      await see(rowOf('bravo', 'Refused', 'body not valid', '400'));
      for (const status of [201, 201, 429]) {
        assert.equal(await call('night-import', 'POST /jobs'), status);
      }
      await see(rowOf('night-import', 'Refused', 'rate limit', '429'));
      const first = await rows().first().textContent();
      assert.match(first ?? '', /night-import.*429/, 'the newest request is the first');
      assert.equal(await rows().count(), 10);
    });

    check('shows the policy behind a decision, by the keyboard alone', async () => {
      const button = rowOf('ae-plugin').getByRole('button');
      await page.getByRole('button', { name: 'Pause' }).focus();
      for (let i = 0; i < 20; i++) {
        if (await hasFocus(button)) break;
        await page.keyboard.press('Tab');
      }
      const outline = await page.evaluate<string>(
        'getComputedStyle(document.activeElement).outlineStyle',
      );
      assert.equal(outline, 'solid', 'the focus can be seen');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Refused: POST /jobs' });
      await see(dialog);
      await see(dialog.getByText('No statement of the policy allows it.'));
      await see(dialog.getByText(/^arn:.*\/prod\/POST\/jobs$/));
      await see(dialog.getByText(/^arn:.*\/prod\/GET\/jobs\/\?\*$/));
      assert.equal(await dialog.getByText('matches', { exact: true }).count(), 0);
      await assertAccessible(page, 'dialog');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      assert.ok(await hasFocus(button), 'the focus is back');
      await rowOf('Allowed', 'GET /jobs/{id}').getByRole('button').click();
      const allowed = page.getByRole('dialog', { name: 'Allowed: GET /jobs/{id}' });
      await see(allowed.getByRole('listitem').filter({ hasText: /GET\/jobs\/\?\*.*matches/ }));
      await allowed.getByRole('button', { name: 'Close' }).click();
    });

    check('shows clients with their limits and what is left', async () => {
      const card = (name: string) =>
        page
          .getByRole('region', { name: 'Clients' })
          .getByRole('listitem')
          .filter({ hasText: name });
      await see(card('ae-plugin').getByText('job.read', { exact: true }));
      await see(card('ae-plugin').getByText('10 a second, 50 at once'));
      await see(card('bravo').getByText(/4,99\d of 5,000 left this month/));
      const meter = card('bravo').getByRole('meter');
      assert.match((await meter.getAttribute('aria-label')) ?? '', /^Quota of bravo: 4,99\d of/);
      const before = Number(await meter.getAttribute('value'));
      await call('bravo', 'GET /jobs');
      await see(page.locator(`meter[value="${before - 1}"]`));
      assert.match((await card('bravo').textContent()) ?? '', /Token[0-9a-f]{12}May/);
    });

    check('filters by client and by what was not allowed', async () => {
      const filter = page.getByRole('combobox', { name: 'Client', exact: true });
      await filter.selectOption('night-import');
      assert.equal(await rows().count(), 3);
      await page.getByLabel('Not allowed only').check();
      assert.equal(await rows().count(), 1);
      await call('bravo', 'GET /jobs');
      await see(page.getByText(/^12 requests/));
      assert.equal(await rows().count(), 1);
      await filter.selectOption('unknown');
      await rowOf('no token').waitFor();
      await page.getByLabel('Not allowed only').uncheck();
      await filter.selectOption('all');
      assert.equal(await rows().count(), 12);
    });

    check('stands still while it is paused', async () => {
      await page.getByRole('button', { name: 'Pause' }).press('Space');
      await call('bravo', 'GET /jobs');
      await call('nobody', 'GET /jobs');
      const go = page.getByRole('button', { name: 'Go on (2 new)', pressed: true });
      await see(go);
      assert.equal(await rows().count(), 12);
      await go.press('Space');
      await see(page.getByRole('button', { name: 'Pause', pressed: false }));
      assert.equal(await rows().count(), 14);
    });

    check('tells of new requests in few words, once in a while', async () => {
      const news = page.getByRole('status').filter({ hasText: /new request/ });
      await see(news);
      assert.match((await news.textContent()) ?? '', /^\d+ new requests?(, \d+ not allowed)?$/);
    });

    checkLooks(() => session);

    check('has no byte of a token, and reads nothing as HTML', async () => {
      const token = tokenOf(session.gateway, 'bravo') ?? assert.fail('bravo has no token');
      const markup = encodeURIComponent('<img src=x onerror=alert(1)>');
      await call('bravo', `GET /jobs/${token}`);
      await call('bravo', `GET /${token}/${markup}`);
      await call('bravo', `GET /jobs?limit=${token}`);
      await call('bravo', `POST /jobs`, { body: JSON.stringify({ type: token, payload: {} }) });
      await call('nobody', 'GET /jobs', { headers: { 'x-api-key': token } });
      const typo = token.endsWith('0') ? '1' : '0';
      await call(`${token.slice(0, -1)}${typo}`, 'GET /jobs');
      await see(page.getByText(/^20 requests/));
      await see(rowOf('mistyped token'));
      for (const row of await rows().filter({ hasText: 'GET /jobs/{id}' }).all()) {
        await row.getByRole('button').click();
        await page.keyboard.press('Escape');
      }
      const content = [await page.content(), ...(await Promise.all(session.received))].join();
      for (const { token: one } of session.gateway.clients()) {
        assert.ok(one !== undefined && !content.includes(one), 'a token is in the page');
      }
      assert.ok(!content.includes(token.slice(10, 40)), 'a part of a token is in the page');
      assert.equal(await page.locator('main img').count(), 0);
    });

    check('keeps no more than the latest 200 requests', async () => {
      await Promise.all(Array.from({ length: 220 }, () => call('', 'GET /jobs')));
      await see(page.getByText(/^240 requests · of the latest 200/));
      assert.equal(await rows().count(), 200);
    });

    check('says when the gateway has gone, and comes back with it', async () => {
      assert.deepEqual(session.complaints, []);
      await session.gateway.stop();
      await see(page.getByRole('status').filter({ hasText: 'Reconnecting …' }));
      await see(page.getByText('The gateway does not answer'));
      await assertAccessible(page, 'stopped');
      await session.start();
      await see(page.getByText('Live', { exact: true }));
      await see(page.getByText('No requests yet.'));
      assert.equal(await page.getByText('The gateway does not answer').isVisible(), false);
      await call('bravo', 'GET /jobs');
      await see(rowOf('bravo', 'GET /jobs', 'Allowed'));
    });

    if (screenshots) {
      check('has its picture taken', async () => {
        await session.gateway.stop();
        await session.start();
        await takeScreenshots(session);
      });
    }
  });
}
