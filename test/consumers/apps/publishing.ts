import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageName } from '../consumer.ts';
import { CONTENTS } from '../contents.ts';
import { checkContents, kilobytesOf } from '../package-contents.ts';
import type { ConsumerApp } from '../suite.ts';

const NPM_PACKAGES = ['api-token-authorizer', 'api-token-authorizer-tools'] as const;

/** What a publisher looks at: what is in the packages, their manifests and types, their size installed. */
export const publishing: ConsumerApp = {
  name: 'publishing',
  needsWheel: true,
  run: async (consumer) => {
    const { check, folder, install, note, packed, run } = consumer;
    for (const name of Object.keys(CONTENTS) as PackageName[]) {
      await check(`${name} has the files of the list, and no more`, () =>
        checkContents(consumer, name),
      );
    }
    await install('publint@0.3.25', '@arethetypeswrong/cli@0.18.5');
    for (const name of NPM_PACKAGES) {
      await check(`publint has nothing to say about ${name}`, async () => {
        const said = await run('npx', ['publint', 'run', '--strict', packed(name)]);
        if (!said.includes('All good!')) throw new Error(said);
      });
      await check(`attw finds no wrong types in ${name}`, () =>
        run('npx', [
          'attw',
          '--no-definitely-typed',
          '--no-emoji',
          '--no-color',
          '--format',
          'ascii',
          // No module, but what jsii reads.
          '--exclude-entrypoints',
          './.jsii',
          '--',
          packed(name),
        ]),
      );
      await check(`npm would publish ${name}`, () =>
        run('npm', ['publish', '--dry-run', packed(name)]),
      );
      const cwd = join(folder, `alone-${name}`);
      mkdirSync(cwd);
      const start = performance.now();
      await run('npm', ['install', '--prefix', cwd, packed(name)], { cwd });
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      const modules = await run('npm', ['ls', '--all', '--parseable'], { cwd });
      const count = modules.trim().split('\n').length - 1;
      const megabytes = (kilobytesOf(join(cwd, 'node_modules')) / 1_000).toFixed(1);
      note(`${name} alone: ${count} packages, ${megabytes} MB, installed in ${seconds} s`);
    }
  },
};
