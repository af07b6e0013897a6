import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = globSync('lib/authorizer/**/*.ts', { cwd: root }).map(read).join('\n');
const reference = read('docs/construct.md');

/** The body of an exported interface or class in the construct's folder. */
function bodyOf(kind: 'interface' | 'class', name: string): string {
  const [, body = ''] =
    new RegExp(`^export ${kind} ${name} .*?{\n(.*?)^}`, 'ms').exec(sources) ?? [];
  return body;
}

test.each(['ApiTokenAuthorizerProps', 'ClientProps'])(
  'the reference has every prop of %s',
  (name) => {
    const props = [...bodyOf('interface', name).matchAll(/^ {2}readonly (\w+)/gm)].map(
      ([, prop]) => prop,
    );
    expect(props.length).toBeGreaterThan(3);
    for (const prop of props) expect(reference).toContain(`\n| \`${prop}\` |`);
  },
);

test('the reference has every limit', () => {
  const body = bodyOf('interface', 'ClientLimits');
  const limits = [...body.matchAll(/^( +)readonly (\w+)\??: (?!{)/gm)].map(([, indent, prop]) =>
    indent === '  ' ? prop : `quota.${prop}`,
  );
  expect(limits).toEqual(['rate', 'burst', 'quota.requests', 'quota.period']);
  for (const limit of limits) expect(reference).toContain(`\n| \`${limit}\` |`);
});

test('the reference has every public method and property of ApiTokenAuthorizer', () => {
  const body = bodyOf('class', 'ApiTokenAuthorizer');
  const fields = [...body.matchAll(/^ {2}(?:readonly|get) (\w+)/gm)].map(([, name]) => name);
  const methods = [...body.matchAll(/^ {2}(?!constructor|get |set )(\w+)\(/gm)].map(
    ([, name]) => name,
  );
  expect(fields.length).toBeGreaterThan(3);
  expect(methods.length).toBeGreaterThan(1);
  for (const name of fields) expect(reference).toContain(`\n| \`${name}\` |`);
  for (const name of methods) expect(reference).toContain(`\n| \`${name}(`);
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
