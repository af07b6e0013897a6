import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type ExportedType, exportedType, exportsOf, type Member } from './exported-surface.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = globSync('lib/{authorizer,functions}/**/*.ts', { cwd: root }).map(read).join('\n');
const reference = read('docs/construct.md');

const exported = exportsOf(root, 'packaging/construct/index.ts');
const types = [...exported].flatMap(([name, path]) => exportedType(root, path, name) ?? []);

/** Where the reference has the members of exported classes and interfaces, by headings. */
const PLACES: readonly { readonly headings: readonly string[]; readonly types: string[] }[] = [
  { headings: ['Props'], types: ['ApiTokenAuthorizerProps', 'FunctionSettings'] },
  { headings: ['A client'], types: ['ClientProps'] },
  { headings: ['Limits'], types: ['ClientLimits', 'ClientQuota'] },
  { headings: ['A table of clients'], types: ['ClientTableProps'] },
  { headings: ['Methods', 'Properties'], types: ['ApiTokenAuthorizer'] },
  {
    headings: ['Monitoring'],
    types: ['ApiTokenMonitoring', 'ApiTokenMonitoringProps', 'AlarmTargetProps'],
  },
  { headings: ['Metrics'], types: ['ApiMetrics', 'ApiMetricsProps'] },
  { headings: ['Gateway responses'], types: ['GatewayResponses', 'GatewayResponsesProps'] },
  { headings: ['Stage limits'], types: ['StageLimits'] },
  { headings: ['OpenAPI'], types: ['OpenApi', 'OpenApiProps'] },
  { headings: ['Web ACL'], types: ['WebAcl', 'WebAclProps'] },
];

/** A member, as a line of a table of props, methods or properties has it. */
interface Row {
  readonly name: string;
  /** What stands in the last column. */
  readonly last: string;
}

function rowsIn(text: string): Row[] {
  const tables = text.matchAll(/^\| (prop|method|property) \|.*\n\|[-|]+\n((?:\|.*\n)+)/gm);
  return [...tables].flatMap(([, table, lines = '']) =>
    [...lines.matchAll(/^\| `([^`(]+).*?` \|(?:.* \|)? (.*) \|$/gm)].map(([, name, last = '']) => ({
      name: `${table} ${name}`,
      last,
    })),
  );
}

/** The text below a heading, up to the next one. */
function below(heading: string): string {
  const [, rest = ''] = reference.split(new RegExp(`^##+ ${heading}\n`, 'm'));
  return rest.split(/^##/m)[0] ?? '';
}

/** By which name a table has a member. */
function nameOf({ name, kind }: ExportedType, member: Member): string {
  if (kind === 'interface') return `prop ${name === 'ClientQuota' ? 'quota.' : ''}${member.name}`;
  if (member.kind === 'constructor') return `method new ${name}`;
  return `${member.kind} ${member.isStatic ? `${name}.` : ''}${member.name}`;
}

test('every exported class and interface has a place in the reference', () => {
  expect(types.map(({ name }) => name).sort()).toEqual(PLACES.flatMap((each) => each.types).sort());
});

test.each([...exported.keys()])('the reference names %s', (name) => {
  expect(reference).toContain(`\`${name}`);
});

test('every exported class, interface and member says what it is', () => {
  const silent = types.flatMap(({ name, doc, members }) => [
    ...(doc === '' ? [name] : []),
    // A constructor without a comment is one that says no more than its class.
    ...members.filter((each) => each.doc === '' && each.kind !== 'constructor'),
  ]);
  expect(silent).toEqual([]);
});

test('there is no table of members elsewhere', () => {
  const placed = PLACES.flatMap(({ headings }) => headings.flatMap((each) => rowsIn(below(each))));
  expect(placed.length).toBeGreaterThan(70);
  expect(rowsIn(reference)).toEqual(expect.arrayContaining(placed));
  expect(rowsIn(reference).length).toBe(placed.length);
});

describe.each(PLACES)('the reference of $types', ({ headings, types: names }) => {
  const rows = headings.flatMap((heading) => rowsIn(below(heading)));
  const members = types
    .filter(({ name }) => names.includes(name))
    .flatMap((type) => type.members.map((member) => ({ ...member, name: nameOf(type, member) })));
  const lastOf = (name: string) => rows.find((row) => row.name === name)?.last ?? '';

  test('has every member, and none that is not there', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual(members.map(({ name }) => name).sort());
  });

  test('says which props are required, and what the others are by default', () => {
    const props = members.filter(({ name }) => name.startsWith('prop '));
    const required = props.filter(({ name }) => /^required( in a quota)?$/.test(lastOf(name)));
    expect(required.map(({ name }) => name)).toEqual(
      props.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
    );
  });

  test('says what throws', () => {
    const others = members.filter(({ name }) => !name.startsWith('prop '));
    const throwing = others.filter(({ name }) =>
      name.startsWith('method ')
        ? !['–', ''].includes(lastOf(name))
        : lastOf(name).includes('throws `ConfigurationError`'),
    );
    expect(throwing.map(({ name }) => name)).toEqual(
      others.filter(({ doc }) => doc.includes('@throws')).map(({ name }) => name),
    );
  });
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
