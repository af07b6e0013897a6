import assert from 'node:assert/strict';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Finds what axe-core's rules say against the page as it is now. */
export async function assertAccessible(page: Page, when: string): Promise<void> {
  // Both are run by the browser's debugger, which the page's content security policy does not bind.
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate<AxeResults>('axe.run(document)');
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
  assert.deepEqual(found, [], `${when}: ${found.join('\n')}`);
  assert.ok(passes.length > 10, `${when}: the rules were applied`);
}

/** Whether the page is wider than its window. */
export async function assertFits(page: Page, when: string): Promise<void> {
  const [content, visible] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  );
  assert.ok(content <= visible, `${when}: the page is ${content} pixels wide, of ${visible}`);
}
