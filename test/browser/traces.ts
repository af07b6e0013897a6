import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** All that a page can write to, but for what `storageState` has, as text. */
const READ_TRACES = `(async () => {
  const entries = navigation.entries().map((entry) => [entry.url, entry.getState()]);
  const caches = await self.caches.keys();
  return JSON.stringify([
    location.href, document.referrer, document.cookie, window.name, history.state, entries,
    { ...localStorage }, { ...sessionStorage }, caches, await indexedDB.databases(),
    await navigator.serviceWorker.getRegistrations().then((all) => all.length),
  ]);
})()`;

/** Looks for a secret wherever a browser keeps something for a page: storage, cookies, addresses, history. */
export async function assertKeptNowhere(page: Page, secret: string): Promise<void> {
  const traces = await page.evaluate<string>(READ_TRACES);
  const stored = JSON.stringify(await page.context().storageState({ indexedDB: true }));
  assert.match(traces, /_console/, 'the traces were read');
  for (const form of [secret, encodeURIComponent(secret), btoa(secret), secret.slice(10, 40)]) {
    assert.ok(!`${traces}${stored}`.includes(form), 'a part of the token is kept');
  }
}
