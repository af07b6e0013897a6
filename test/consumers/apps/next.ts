import { freePort } from '../consumer.ts';
import { filesOfPage } from '../documents.ts';
import { checkCallers, TOKEN_ENVIRONMENT } from '../requests.ts';
import type { ConsumerApp } from '../suite.ts';

const LAYOUT = `
export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>;
}
`;

const CONFIG = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['dom', 'es2022'],
    module: 'esnext',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    isolatedModules: true,
    allowJs: true,
    incremental: true,
    plugins: [{ name: 'next' }],
  },
  include: ['next-env.d.ts', '**/*.ts', '**/*.tsx', '.next/types/**/*.ts'],
  exclude: ['node_modules'],
};

/** The routes of `docs/frameworks/next.md`, as they stand there, built and started. */
export const next: ConsumerApp = {
  name: 'next',
  run: async ({ root, check, install, packed, run, serve, write }) => {
    write({
      'package.json': '{ "private": true }',
      'tsconfig.json': JSON.stringify(CONFIG),
      'app/layout.tsx': LAYOUT,
      ...filesOfPage(root, 'frameworks/next.md'),
    });
    await install(
      packed('api-token-authorizer'),
      'next@16.4.6',
      'react@19.3.1',
      'react-dom@19.3.1',
      'typescript@5.9.3',
      '@types/node@24.19.2',
      '@types/react@19.3.0',
    );
    const built = await check('next build compiles the routes', () =>
      run('npx', ['next', 'build']),
    );
    if (built === undefined) return;
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const args = ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', `${port}`];
    await serve(origin, 'node', args, { env: TOKEN_ENVIRONMENT });
    await check('a route of the pages router answers 401, 401, 403, 200', () =>
      checkCallers(`${origin}/api/reports`),
    );
    await check('a route of the app router answers 401, 401, 403, 200', () =>
      checkCallers(`${origin}/reports`),
    );
  },
};
