import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Page } from 'playwright-core';
import { check, hasFocus, see } from './check.ts';
import { checkClientLooks } from './client-looks.ts';
import { checkSearch } from './client-search.ts';
import { type ClientSession, pageOf, searchIn, tokenBy } from './client-session.ts';
import { Session } from './session.ts';

/** Tests the search of a table's clients, and the pages of clients, in a browser. */
export function testClientPages(browserPath: string): void {
  void describe('clients in a browser', { timeout: 180_000 }, () => {
    let clients: ClientSession;
    let session: Session;
    let page: Page;
    const heading = (name: string) => page.getByRole('heading', { name, level: 2, exact: true });

    before(async () => {
      session = await Session.open(browserPath, true);
      clients = { session, token: '' };
      ({ page } = session);
    });
    after(() => session?.close());

    checkSearch(() => clients);

    check("opens a client's page by the keyboard, and goes back to where it was", async () => {
      const link = searchIn(page).found.getByRole('link', { name: 'charlie' });
      await link.focus();
      await page.keyboard.press('Enter');
      await see(heading('charlie'));
      assert.ok(await hasFocus(heading('charlie')));
      assert.match(await page.title(), /^charlie – /);
      assert.equal(await searchIn(page).field.isVisible(), false);
      await page.goBack();
      await see(link);
      assert.ok(await hasFocus(link), 'the focus is back');
      assert.equal(await searchIn(page).field.inputValue(), 'charlie');
      await page.goForward();
      await see(heading('charlie'));
      await page.reload();
      await see(pageOf(page, 'charlie').getByText('In the client table'));
    });

    check("shows a client's limits, access and tokens, and its requests as they come", async () => {
      const client = pageOf(page, 'charlie');
      await see(client.getByText('10 a second, 20 at once'));
      await see(client.getByText('1,000 of 1,000 left today'));
      await see(client.getByText('not since the start'));
      await page.evaluate("globalThis.command = document.querySelector('.command')");
      const before = await page.getByRole('region', { name: 'Requests' }).boundingBox();
      assert.equal(await session.call('bravo', 'GET /jobs'), 200);
      assert.equal(await session.call(clients.token, 'GET /jobs'), 200);
      await see(session.rowOf('charlie', 'GET /jobs', 'Allowed'));
      await see(client.getByText('999 of 1,000 left today'));
      await see(page.getByText(/^1 of the latest 2 requests/));
      assert.equal(await session.rowOf('bravo').filter({ visible: true }).count(), 0);
      assert.equal(await client.getByText('not since the start').count(), 0);
      const after = await page.getByRole('region', { name: 'Requests' }).boundingBox();
      assert.equal(after?.y, before?.y, 'nothing moves');
      assert.ok(await page.evaluate('command.isConnected'), 'it can be selected');
      const next = await tokenBy(session, 'rotate', 'charlie', '--overlap', '1d', '--yes');
      await see(client.getByRole('listitem').filter({ hasText: /previous.*Ends\d+ \w+ 20\d\d/ }));
      await see(client.getByText('npm run tokens -- revoke charlie --previous', { exact: true }));
      const content = [await page.content(), ...(await Promise.all(session.received))].join();
      for (const secret of [clients.token, next])
        assert.ok(!content.includes(secret.slice(12, 40)));
    });

    check('says of a client in code whose it is, and that another is not known', async () => {
      await page.goto(`${session.gateway.consoleUrl}#client=bravo`);
      await see(pageOf(page, 'bravo').getByText('In code'));
      await see(pageOf(page, 'bravo').getByText('50 a second, 300 at once'));
      await page.goto(`${session.gateway.consoleUrl}#client=${encodeURIComponent('<b>&x=/')}`);
      await see(heading('<b>&x=/'));
      await see(page.getByText('No client of this name is known here.'));
      await see(page.getByText('None of the latest requests is by <b>&x=/.'));
      await page.getByRole('link', { name: 'All clients' }).click();
      await see(searchIn(page).field);
      const popup = page.context().waitForEvent('page');
      await page
        .getByRole('link', { name: 'night-import' })
        .first()
        .click({ modifiers: ['Control'] });
      const tab = await popup;
      await see(tab.getByRole('heading', { name: 'night-import', level: 2 }));
      await tab.close();
    });

    check('shows the steps of a decision, and where it ended', async () => {
      const steps = page.getByRole('dialog').getByRole('list').first().locator('> li');
      await session.rowOf('charlie').first().getByRole('button').click();
      assert.deepEqual(await steps.locator('strong').allTextContents(), [
        'Request',
        'Route',
        'Identity source',
        'Authorizer',
        'Policy',
        'API key',
        'Usage plan',
        'Validation',
        'Integration',
      ]);
      await see(steps.filter({ hasText: /Authorizer.*: recognised; kept for 5 min\.$/ }));
      await page.keyboard.press('Escape');
      assert.equal(await session.call(clients.token, 'POST /jobs'), 403);
      await session.rowOf('no permission').first().getByRole('button').click();
      await see(steps.filter({ hasText: /^Kept result.*kept for (4 min \d+ s|5 min) more\.$/ }));
      await see(steps.filter({ hasText: /^Policy ended here.*no statement allows this route/ }));
      await see(steps.filter({ hasText: /^Gateway responseACCESS_DENIED, status 403\.$/ }));
      assert.equal(await steps.count(), 6);
      await page.keyboard.press('Escape');
      assert.equal(await session.call('nobody', 'GET /jobs'), 401);
      await session.rowOf('unknown token').first().getByRole('button').click();
      await see(steps.filter({ hasText: /^Authorizer ended here.*unknown token\.$/ }));
      await page.keyboard.press('Escape');
      assert.equal(await session.call('', 'GET /jobs'), 401);
      await session.rowOf('no token').first().getByRole('button').click();
      await see(
        steps.filter({ hasText: /Header X-API-Token is missing or empty; .* is not asked\.$/ }),
      );
      await page.keyboard.press('Escape');
    });

    checkClientLooks(() => clients);

    check('has nothing to complain about', async () => {
      assert.deepEqual(session.complaints, []);
    });
  });
}
