import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { Page } from 'playwright-core';
import { runTokens } from '../local/support/operator.ts';
import { tableClient, writeClients } from '../local/support/table-clients.ts';
import { assertAccessible, assertFits } from './accessibility.ts';
import { check, hasFocus, see } from './check.ts';
import { Session, wide } from './session.ts';

/** As many as an account has API keys for. */
const many = 10_000;
const nameOf = (index: number) => `partner-p${String(index).padStart(5, '0')}`;
const longest = 'b'.repeat(64);
const narrow = { width: 320, height: 640 };

/** Tests the search of a table's clients, and the pages of clients, in a browser. */
export function testClientPages(browserPath: string): void {
  void describe('clients in a browser', { timeout: 180_000 }, () => {
    let session: Session;
    let page: Page;
    let token = '';
    /** The questions that the page has asked for clients. */
    const searches: string[] = [];

    async function tokenBy(...args: string[]): Promise<string> {
      const { exitCode, out, err } = await runTokens(session.gateway, args);
      assert.equal(exitCode, 0, err);
      return out.trim();
    }
    const field = () => page.getByRole('searchbox', { name: 'Search by the beginning of a name' });
    const table = () => page.getByRole('region', { name: 'In the client table' });
    const status = () => table().getByRole('status');
    const found = () => table().getByRole('listitem');
    const heading = (name: string) => page.getByRole('heading', { name, level: 2, exact: true });
    const pageOf = (name: string) => page.getByRole('region', { name, exact: true });

    before(async () => {
      session = await Session.open(browserPath, true);
      ({ page } = session);
      page.on('request', (request) => {
        if (request.url().includes('/clients?')) searches.push(request.url());
      });
    });
    after(() => session?.close());

    check('says how to add a client while the table has none', async () => {
      await see(status().filter({ hasText: 'No clients yet.' }));
      await see(
        table().getByText("npm run --silent tokens -- create charlie --permissions '*' --plan"),
      );
      await assertAccessible(page, 'an empty table');
    });

    check('shows the first of 10,000 clients when somebody comes back to it', async () => {
      const { tableName = '' } = session.gateway.clientTables[0] ?? {};
      await writeClients(
        session.api.dynamoDb.endpoint,
        session.gateway.credentials,
        tableName,
        Array.from({ length: many }, (_, index) =>
          tableClient(nameOf(index), index === 3 ? { state: 'suspended' } : {}),
        ),
      );
      token = await tokenBy('create', 'charlie', '--plan', 'standard', '--permissions', 'job.read');
      await tokenBy('create', longest, '--plan', 'gold', '--permissions', '*');
      await page.evaluate("dispatchEvent(new Event('focus'))");
      await see(status().filter({ hasText: 'The first 50 clients' }));
      assert.equal(await found().count(), 50);
      await see(found().filter({ hasText: /partner-p00003.*suspended.*standard/ }));
      await assertFits(page, 'a full table');
    });

    check('finds clients while a name is typed, those in code too', async () => {
      searches.length = 0;
      await field().pressSequentially('partner-p0999', { delay: 10 });
      await see(status().filter({ hasText: '10 clients whose name begins with “partner-p0999”' }));
      assert.equal(await found().count(), 10);
      assert.ok(searches.length < 'partner-p0999'.length, 'it waits until nobody types');
      assert.equal(await page.getByRole('heading', { name: 'In code' }).isVisible(), false);
      await field().fill('br');
      await see(status().filter({ hasText: 'No name begins with “br”.' }));
      const cards = page
        .getByRole('region', { name: 'Clients' })
        .getByRole('heading', { level: 3 });
      assert.deepEqual(await cards.allTextContents(), ['In code', 'bravo', 'In the client table']);
    });

    check('shows more by the keyboard, and keeps the focus', async () => {
      await field().fill('partner-p000');
      await see(status().filter({ hasText: 'The first 50 clients whose name begins with' }));
      const more = page.getByRole('button', { name: 'Show more' });
      await more.focus();
      await page.keyboard.press('Enter');
      await see(status().filter({ hasText: '100 clients whose name begins with “partner-p000”' }));
      assert.equal(await found().count(), 100);
      assert.equal(await more.isVisible(), false);
      assert.ok(await hasFocus(found().nth(50).getByRole('link')), 'the first new one is next');
    });

    check('sends nothing that cannot begin a name, such as a token', async () => {
      searches.length = 0;
      await field().fill(token);
      await see(status().filter({ hasText: 'A name has lower-case letters, digits and hyphens' }));
      assert.deepEqual([searches, await found().count()], [[], 0]);
      await assertAccessible(page, 'no name');
    });

    check('shows the answer to the latest search, whichever comes first', async () => {
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      await page.route(/search=partner-p01&?$/, async (route) => {
        await held;
        await route.continue().catch(() => undefined);
      });
      const slow = page.waitForRequest(/search=partner-p01&?$/);
      await field().fill('partner-p01');
      await slow;
      await field().fill('partner-p0200');
      await see(status().filter({ hasText: '10 clients whose name begins with “partner-p0200”' }));
      release();
      await page.unroute(/search=partner-p01&?$/);
      assert.match((await found().first().textContent()) ?? '', /partner-p02000/);
    });

    check('says that a search has failed, and searches again', async () => {
      const sentence = 'The client table cannot be read at the moment.';
      await page.route('**/clients?*', (route) => route.fulfill({ status: 503, body: sentence }));
      await field().fill('partner-p03');
      await see(status().filter({ hasText: sentence }));
      await assertAccessible(page, 'a search that failed');
      await page.unroute('**/clients?*');
      await field().fill('charlie');
      await see(status().filter({ hasText: '1 client whose name begins with “charlie”' }));
      // Chromium tells of each such answer.
      assert.match(session.complaints.splice(0).join(), /^Failed to load resource.*503/);
    });

    check("opens a client's page by the keyboard, and goes back to where it was", async () => {
      const link = found().getByRole('link', { name: 'charlie' });
      await link.focus();
      await page.keyboard.press('Enter');
      await see(heading('charlie'));
      assert.ok(await hasFocus(heading('charlie')));
      assert.match(await page.title(), /^charlie – /);
      assert.equal(await field().isVisible(), false);
      await page.goBack();
      await see(link);
      assert.ok(await hasFocus(link), 'the focus is back');
      assert.equal(await field().inputValue(), 'charlie');
      await page.goForward();
      await see(heading('charlie'));
      await page.reload();
      await see(pageOf('charlie').getByText('In the client table'));
    });

    check("shows a client's limits, access and tokens, and its requests as they come", async () => {
      const client = pageOf('charlie');
      await see(client.getByText('10 a second, 20 at once'));
      await see(client.getByText('1,000 of 1,000 left today'));
      await see(client.getByText('not since the start'));
      const command = await client.getByText('tokens -- rotate charlie').elementHandle();
      const before = await page.getByRole('region', { name: 'Requests' }).boundingBox();
      assert.equal(await session.call('bravo', 'GET /jobs'), 200);
      assert.equal(await session.call(token, 'GET /jobs'), 200);
      await see(session.rowOf('charlie', 'GET /jobs', 'Allowed'));
      await see(client.getByText('999 of 1,000 left today'));
      await see(page.getByText(/^1 of the latest 2 requests/));
      assert.equal(await session.rowOf('bravo').filter({ visible: true }).count(), 0);
      assert.equal(await client.getByText('not since the start').count(), 0);
      const after = await page.getByRole('region', { name: 'Requests' }).boundingBox();
      assert.equal(after?.y, before?.y, 'nothing moves');
      assert.equal(
        await command?.evaluate('(element) => element.isConnected'),
        true,
        'it can be selected',
      );
      const next = await tokenBy('rotate', 'charlie', '--overlap', '1d', '--yes');
      await see(client.getByRole('listitem').filter({ hasText: /previous.*Ends\d+ \w+ 20\d\d/ }));
      await see(client.getByText('npm run tokens -- revoke charlie --previous', { exact: true }));
      const content = [await page.content(), ...(await Promise.all(session.received))].join();
      for (const secret of [token, next]) assert.ok(!content.includes(secret.slice(12, 40)));
    });

    check('says of a client in code whose it is, and that another is not known', async () => {
      await page.goto(`${session.gateway.consoleUrl}#client=bravo`);
      await see(pageOf('bravo').getByText('In code'));
      await see(pageOf('bravo').getByText('50 a second, 300 at once'));
      await page.goto(`${session.gateway.consoleUrl}#client=${encodeURIComponent('<b>&x=/')}`);
      await see(heading('<b>&x=/'));
      await see(page.getByText('No client of this name is known here.'));
      await page.getByRole('link', { name: 'All clients' }).click();
      await see(field());
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
        ...['Request', 'Route', 'Identity source', 'Authorizer', 'Policy', 'API key'],
        ...['Usage plan', 'Validation', 'Integration'],
      ]);
      await see(steps.filter({ hasText: /Authorizer.*: recognised; kept for 5 min\.$/ }));
      await page.keyboard.press('Escape');
      assert.equal(await session.call(token, 'POST /jobs'), 403);
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

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [wide, narrow]) {
        check(`is accessible and fits: ${colorScheme}, ${viewport.width} pixels`, async () => {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize(viewport);
          const when = `${colorScheme}, ${viewport.width}`;
          const assertGood = async (what: string) => {
            await assertAccessible(page, `${when}: ${what}`);
            await assertFits(page, `${when}: ${what}`);
          };
          await page.goto(`${session.gateway.consoleUrl}#`);
          await field().fill('');
          await see(status().filter({ hasText: 'The first 50 clients' }));
          await assertGood('the overview');
          await session.rowOf('no permission').first().getByRole('button').click();
          await see(page.getByText('Step by step'));
          await assertGood('steps');
          await page.keyboard.press('Escape');
          for (const name of ['charlie', 'bravo', longest, 'unheard-of']) {
            await page.goto(`${session.gateway.consoleUrl}#client=${name}`);
            await see(
              name === 'unheard-of'
                ? page.getByText('No client of this name')
                : pageOf(name).getByRole('heading', { name: 'Tokens' }),
            );
            await assertGood(`the page of ${name}`);
          }
        });
      }
    }

    check('has nothing to complain about', async () => {
      assert.deepEqual(session.complaints, []);
    });
  });
}
