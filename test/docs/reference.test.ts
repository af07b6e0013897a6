import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = globSync('lib/{authorizer,functions}/**/*.ts', { cwd: root }).map(read).join('\n');
const reference = read('docs/construct.md');

/** The body of an exported interface or class in the construct's folder. */
function bodyOf(kind: 'interface' | 'class', name: string): string {
  const [, body = ''] =
    new RegExp(`^export ${kind} ${name} .*?{\n(.*?)^}`, 'ms').exec(sources) ?? [];
  return body;
}

test.each(['ApiTokenAuthorizerProps', 'ClientProps', 'ClientTableProps', 'FunctionSettings'])(
  'the reference has every prop of %s',
  (name) => {
    const props = [...bodyOf('interface', name).matchAll(/^ {2}readonly (\w+)/gm)].map(
      ([, prop]) => prop,
    );
    expect(props.length).toBeGreaterThan(2);
    for (const prop of props) expect(reference).toContain(`\n| \`${prop}\` |`);
  },
);

test('the reference has every limit', () => {
  const propsOf = (name: string) =>
    [...bodyOf('interface', name).matchAll(/^ {2}readonly (\w+)/gm)].map(([, prop]) => prop);
  const limits = propsOf('ClientLimits').flatMap((prop) =>
    prop === 'quota' ? propsOf('ClientQuota').map((each) => `quota.${each}`) : prop,
  );
  expect(limits).toEqual(['rate', 'burst', 'quota.requests', 'quota.period']);
  for (const limit of limits) expect(reference).toContain(`\n| \`${limit}\` |`);
});

test('the reference has every public method and property of ApiTokenAuthorizer', () => {
  const body = bodyOf('class', 'ApiTokenAuthorizer');
  const fields = [...body.matchAll(/^ {2}(?:readonly|get) (\w+)/gm)].map(([, name]) => name);
  const methods = [...body.matchAll(/^ {2}(?:static )?(?!constructor|get |set )(\w+)\(/gm)].map(
    ([, name]) => name,
  );
  expect(fields.length).toBeGreaterThan(3);
  expect(methods.length).toBeGreaterThan(1);
  for (const name of fields) expect(reference).toContain(`\n| \`${name}\` |`);
  for (const name of methods) {
    expect(reference).toMatch(new RegExp(`^\\| \`(ApiTokenAuthorizer\\.)?${name}\\(`, 'm'));
  }
});

test('the reference has every warning', () => {
  const warnings = new Set(sources.match(/(?<=')api-token-authorizer:[a-z-]+(?=')/g));
  expect(warnings.size).toBeGreaterThan(0);
  for (const warning of warnings) expect(reference).toContain(`\n| \`${warning}\` |`);
});

test('the operator’s document has every alarm', () => {
  const alarms = globSync('lib/monitoring/**/*.ts', { cwd: root })
    .flatMap((path) => [...read(path).matchAll(/^ +(\w+): {\n +(?:metric|threshold):/gm)])
    .map(([, name]) => name);
  expect(alarms).toContain('AuthorizerFaults');
  for (const alarm of alarms) expect(read('docs/operating.md')).toContain(`\n| \`${alarm}\` |`);
});
