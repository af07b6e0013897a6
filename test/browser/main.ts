import { findBrowser } from './browser.ts';

const { CHROMIUM_PATH } = process.env;
const browserPath = findBrowser(process.env);
if (browserPath !== undefined) {
  const { testConsole } = await import('./console-page.ts');
  const { testReference } = await import('./reference-page.ts');
  const { testClientPages } = await import('./client-pages.ts');
  testConsole(browserPath, process.argv.includes('--screenshot'));
  testClientPages(browserPath);
  testReference(browserPath);
} else if (CHROMIUM_PATH) {
  console.error(`CHROMIUM_PATH is ${CHROMIUM_PATH}, which is no program: name another one.`);
  process.exitCode = 1;
} else {
  console.log(
    'The test in a browser is skipped: there is no Chromium here. Install it (Debian: apt-get install chromium), or name one in CHROMIUM_PATH.',
  );
}
