import { filesOfPage } from '../documents.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

const TEST = 'test/read-report.test.ts';

/** The test of `docs/frameworks/testing.md`, by vitest as it stands there and by Jest. */
export const handlerTests: ConsumerApp = {
  name: 'handler-tests',
  run: async ({ root, check, install, packed, run, write }) => {
    const page = filesOfPage(root, 'frameworks/testing.md');
    const { [TEST]: test = '' } = page;
    const { 'lambda/read-report.ts': handler = '' } = filesOfPage(root, 'frameworks/middy.md');
    write({
      'package.json': '{ "private": true }',
      'lambda/read-report.ts': handler,
      ...page,
      'vitest.config.mjs': "export default { test: { include: ['test/*.test.ts'] } };",
      '__tests__/read-report.ts': test.replace("'vitest'", "'@jest/globals'"),
    });
    const { lambdaTypes, nodeTypes, typescript } = VERSIONS;
    await install(
      packed('api-token-authorizer'),
      '@middy/core@6.4.5',
      lambdaTypes,
      nodeTypes,
      typescript,
      'jest@30.5.2',
      '@swc/core@1.15.0',
      '@swc/jest@0.2.39',
      'vitest@5.1.1',
    );
    await check('Jest, as CommonJS, runs the test of a handler', () =>
      run('npx', ['jest', '__tests__']),
    );
    await check('vitest runs the test of a handler', () => run('npx', ['vitest', 'run']));
    await check('the test compiles', () =>
      run('npx', [
        'tsc',
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--esModuleInterop',
        '--skipLibCheck',
        '--ignoreConfig',
        '--types',
        'node',
        TEST,
      ]),
    );
  },
};
