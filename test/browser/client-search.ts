import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertAccessible, assertFits } from './accessibility.ts';
import { check, hasFocus, see } from './check.ts';
import { type ClientSession, fillTable, searchIn } from './client-session.ts';

/** The searches that the page makes from now on. */
function listen(page: Page): readonly string[] {
  const searches: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/clients?')) searches.push(request.url());
  });
  return searches;
}

/**
 * Tests the search of a table's clients.
 *
 * @param clients the session, whose table is empty first, and filled then
 */
export function checkSearch(clients: () => ClientSession): void {
  check('says how to add a client while the table has none', async () => {
    const { page } = clients().session;
    const { table, status } = searchIn(page);
    await see(status.filter({ hasText: 'No clients yet.' }));
    await see(
      table.getByText("npm run --silent tokens -- create charlie --permissions '*' --plan"),
    );
    await assertAccessible(page, 'an empty table');
  });

  check('shows the first of 10,000 clients when somebody comes back to it', async () => {
    const { page } = clients().session;
    const { status, found } = searchIn(page);
    await fillTable(clients());
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await see(status.filter({ hasText: 'The first 50 clients' }));
    assert.equal(await found.count(), 50);
    await see(found.filter({ hasText: /partner-p00003.*suspended.*standard/ }));
    await assertFits(page, 'a full table');
  });

  check('finds clients while a name is typed, those in code too', async () => {
    const { page } = clients().session;
    const { field, status, found } = searchIn(page);
    const searches = listen(page);
    await field.pressSequentially('partner-p0999', { delay: 10 });
    await see(status.filter({ hasText: '10 clients whose name begins with “partner-p0999”' }));
    assert.equal(await found.count(), 10);
    assert.ok(searches.length < 'partner-p0999'.length, 'it waits until nobody types');
    assert.equal(await page.getByRole('heading', { name: 'In code' }).isVisible(), false);
    await field.fill('br');
    await see(status.filter({ hasText: 'No name begins with “br”.' }));
    const cards = page.getByRole('region', { name: 'Clients' }).getByRole('heading', { level: 3 });
    assert.deepEqual(await cards.allTextContents(), ['In code', 'bravo', 'In the client table']);
  });

  check('shows more by the keyboard, and keeps the focus', async () => {
    const { page } = clients().session;
    const { field, status, found } = searchIn(page);
    await field.fill('partner-p000');
    await see(status.filter({ hasText: 'The first 50 clients whose name begins with' }));
    const more = page.getByRole('button', { name: 'Show more' });
    await more.focus();
    await page.keyboard.press('Enter');
    await see(status.filter({ hasText: '100 clients whose name begins with “partner-p000”' }));
    assert.equal(await found.count(), 100);
    assert.equal(await more.isVisible(), false);
    assert.ok(await hasFocus(found.nth(50).getByRole('link')), 'the first new one is next');
  });

  check('sends nothing that cannot begin a name, such as a token', async () => {
    const { page } = clients().session;
    const { field, status, found } = searchIn(page);
    const searches = listen(page);
    await field.fill(clients().token);
    await see(status.filter({ hasText: 'A name has lower-case letters, digits and hyphens' }));
    assert.deepEqual([searches, await found.count()], [[], 0]);
    await assertAccessible(page, 'no name');
  });

  check('shows the answer to the latest search, whichever comes first', async () => {
    const { page } = clients().session;
    const { field, status, found } = searchIn(page);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    await page.route(/search=partner-p01&?$/, async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    const slow = page.waitForRequest(/search=partner-p01&?$/);
    await field.fill('partner-p01');
    await slow;
    await field.fill('partner-p0200');
    await see(status.filter({ hasText: '10 clients whose name begins with “partner-p0200”' }));
    release();
    await page.unrouteAll({ behavior: 'wait' });
    // Its answer would come before this one.
    await page.evaluate("fetch('/_console/icon.svg').then((icon) => icon.text())");
    assert.match((await found.first().textContent()) ?? '', /partner-p02000/);
  });

  check('says that a search has failed, and searches again', async () => {
    const { page } = clients().session;
    const { field, status } = searchIn(page);
    const sentence = 'The client table cannot be read at the moment.';
    await page.route('**/clients?*', (route) => route.fulfill({ status: 503, body: sentence }));
    await field.fill('partner-p03');
    await see(status.filter({ hasText: sentence }));
    await assertAccessible(page, 'a search that failed');
    await page.unroute('**/clients?*');
    await field.fill('charlie');
    await see(status.filter({ hasText: '1 client whose name begins with “charlie”' }));
    // Chromium tells of each such answer.
    assert.match(clients().session.complaints.splice(0).join(), /^Failed to load resource.*503/);
  });
}
