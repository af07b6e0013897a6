import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from './accessibility.ts';
import { check, see } from './check.ts';
import { narrow, type Session, schemes, wide } from './session.ts';

/**
 * Tests what the console looks like in both schemes, in a wide and in a narrow window.
 *
 * @param open the session, which has requests in its list
 */
export function checkLooks(open: () => Session): void {
  for (const colorScheme of schemes) {
    for (const viewport of [wide, narrow]) {
      check(`is accessible and fits: ${colorScheme}, ${viewport.width} pixels`, async () => {
        const session = open();
        const { page } = session;
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize(viewport);
        const when = `${colorScheme}, ${viewport.width}`;
        const ground = await page.evaluate<string>(
          'getComputedStyle(document.body).backgroundColor',
        );
        assert.equal(/^rgb\(2\d\d/.test(ground), colorScheme === 'light', `${when}: ${ground}`);
        assert.ok((await session.rows().count()) > 10, 'the rows are rows to everybody');
        const cells = session.rows().first().getByRole('cell');
        assert.equal(await cells.count(), 7);
        await assertAccessible(page, when);
        await assertFits(page, when);
        await session.rowOf('Allowed').first().getByRole('button').click();
        await see(page.getByRole('dialog'));
        await assertAccessible(page, `${when}, dialog`);
        await assertFits(page, `${when}, dialog`);
        await page.keyboard.press('Escape');
      });
    }
  }

  check('moves only where movement is wanted', async () => {
    const { page } = open();
    const animation = () =>
      page.evaluate<string>("getComputedStyle(document.querySelector('tbody tr')).animationName");
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    assert.equal(await animation(), 'none');
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
    assert.equal(await animation(), 'arrive');
    await page.setViewportSize(wide);
  });
}
