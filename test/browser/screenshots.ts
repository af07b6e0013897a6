import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from './session.ts';

const folder = join(import.meta.dirname, '../../docs/images');

/** What happens on an ordinary morning: who, what, and how often. */
const morning = [
  ['bravo', 'POST /jobs', 2],
  ['bravo', 'GET /jobs/{id}', 2],
  ['ae-plugin', 'GET /jobs', 14],
  ['night-import', 'POST /jobs', 1],
  ['ae-plugin', 'POST /jobs', 1],
  ['nobody', 'GET /jobs', 1],
  ['bravo', 'GET /jobs', 3],
  ['night-import', 'POST /jobs', 2],
  ['', 'GET /jobs', 1],
  ['ae-plugin', 'GET /jobs', 2],
  ['bravo', 'POST /jobs', 1],
  ['bravo', 'GET /job', 1],
  ['bravo', 'GET /jobs/{id}', 2],
] as const;

/**
 * Makes the README's pictures: the console in both schemes.
 *
 * @param session its gateway has not seen a request
 */
export async function takeScreenshots({ page, gateway, api }: Session): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.setViewportSize({ width: 1180, height: 660 });
  await page.goto(gateway.consoleUrl);
  await page.getByText('No requests yet.').waitFor();
  let id = '';
  for (const [who, route, times] of morning) {
    for (let i = 0; i < times; i++) {
      const response = await api.callAs(gateway, who, route.replace('{id}', id));
      const job = (await response.json()) as { readonly id?: string };
      id = job.id ?? id;
    }
  }
  await page.getByText(/^33 requests/).waitFor();
  await page.mouse.move(0, 0);
  for (const [colorScheme, name] of [
    ['light', 'console.png'],
    ['dark', 'console-dark.png'],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(folder, name) });
  }
}
