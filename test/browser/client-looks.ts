import { assertAccessible, assertFits } from './accessibility.ts';
import { check, see } from './check.ts';
import { type ClientSession, longest, pageOf, searchIn } from './client-session.ts';
import { narrow, schemes, wide } from './session.ts';

/**
 * Tests what the pages of clients look like in both schemes, in a wide and in a narrow window.
 *
 * @param clients the session, whose table is full
 */
export function checkClientLooks(clients: () => ClientSession): void {
  for (const colorScheme of schemes) {
    for (const viewport of [wide, narrow]) {
      check(`is accessible and fits: ${colorScheme}, ${viewport.width} pixels`, async () => {
        const { session } = clients();
        const { page } = session;
        const { field, status } = searchIn(page);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize(viewport);
        const when = `${colorScheme}, ${viewport.width}`;
        const assertGood = async (what: string) => {
          await assertAccessible(page, `${when}: ${what}`);
          await assertFits(page, `${when}: ${what}`);
        };
        await page.goto(`${session.gateway.consoleUrl}#`);
        await field.fill('');
        await see(status.filter({ hasText: 'The first 50 clients' }));
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
              : pageOf(page, name).getByRole('heading', { name: 'Tokens' }),
          );
          await assertGood(`the page of ${name}`);
        }
      });
    }
  }
}
