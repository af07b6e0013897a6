import { globSync, mkdirSync, readFileSync } from 'node:fs';
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
    for (const name of NPM_PACKAGES) {
      await check(`links in the documents of ${name} lead to the web`, async () =>
        checkLinks(join(folder, 'unpacked', name)),
      );
    }
    await check(
      'API.md has every type and member that jsii exports, and what they throw',
      async () => checkReference(join(folder, 'unpacked/api-token-authorizer')),
    );
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

/** What stands in a package beside them is not on npm's page of it. */
function checkLinks(folder: string): void {
  const links = globSync('**/*.md', { cwd: folder }).flatMap((path) =>
    [...readFileSync(join(folder, path), 'utf8').matchAll(/\]\(([^)]+)\)|href="([^"]+)"/g)].map(
      ([, link, reference]) => link ?? reference ?? '',
    ),
  );
  const broken = links.filter((link) => !link.startsWith('https://') && !link.startsWith('#'));
  if (links.length === 0) throw new Error('there is no link');
  if (broken.length > 0) throw new Error(`they lead nowhere: ${broken.join(', ')}`);
}

interface Documented {
  readonly name: string;
  readonly docs?: { readonly custom?: { readonly throws?: string } };
}

interface JsiiType extends Documented {
  readonly initializer?: Documented;
  readonly methods?: readonly Documented[];
  readonly properties?: readonly Documented[];
}

function checkReference(folder: string): void {
  const reference = readFileSync(join(folder, 'API.md'), 'utf8');
  const { types } = JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8')) as {
    types: Readonly<Record<string, JsiiType>>;
  };
  const missing = Object.entries(types).flatMap(
    ([id, { initializer, methods = [], properties = [] }]) => [
      ...[
        id,
        ...(initializer ? [`${id}.Initializer`] : []),
        ...methods.map(({ name }) => `${id}.${name}`),
        ...properties.map(({ name }) => `${id}.property.${name}`),
      ].filter((each) => !reference.includes(`id="${each}"`)),
      ...[...(initializer ? [initializer] : []), ...methods, ...properties]
        .flatMap(({ docs }) => docs?.custom?.throws ?? [])
        .filter((each) => !reference.includes(`hrows ${each}`)),
    ],
  );
  if (Object.keys(types).length === 0) throw new Error('jsii exports nothing');
  if (missing.length > 0) throw new Error(`API.md lacks ${missing.join(', ')}`);
}
