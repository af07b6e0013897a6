import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientsOf } from '../../local/clients.ts';
import { writePrivateFile } from '../../local/private-file.ts';
import { resolveDynamicReferences } from '../../local/secrets/dynamic-reference.ts';
import { randomPassword } from '../../local/secrets/random-password.ts';
import { readSecretFile, writeSecretFile } from '../../local/secrets/secret-file.ts';
import { generatedPart, type Secret, secretsOf } from '../../local/secrets/secrets.ts';
import { readStack } from '../../local/template/stack.ts';
import { asTemplate } from '../../local/template/template.ts';
import { newFolder } from './support/new-folder.ts';

const newFile = () => join(newFolder(), 'file.json');

const stackOf = (resources: Record<string, object>, outputs: object = {}) =>
  readStack(
    asTemplate(
      {
        Resources: Object.fromEntries(
          Object.entries(resources).map(([id, Properties]) => [
            id,
            { Type: 'AWS::SecretsManager::Secret', Properties },
          ]),
        ),
        Outputs: outputs,
      },
      'the template',
    ),
    { stackName: 'Stack', region: 'eu-west-1', accountId: '000000000000' },
  );

describe('a generated password', () => {
  test('has 32 characters of every kind but spaces by default', () => {
    const password = randomPassword({});
    expect(password).toHaveLength(32);
    for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/]) expect(password).toMatch(kind);
    expect(password).not.toContain(' ');
    expect(randomPassword({})).not.toBe(password);
  });

  test('property: follows the properties', () => {
    const properties = fc.record({
      PasswordLength: fc.integer({ min: 5, max: 60 }),
      ExcludePunctuation: fc.boolean(),
      ExcludeNumbers: fc.boolean(),
      ExcludeUppercase: fc.boolean(),
      IncludeSpace: fc.boolean(),
      ExcludeCharacters: fc.constantFrom('', 'abc', '0123456789', ' "'),
      RequireEachIncludedType: fc.boolean(),
    });
    fc.assert(
      fc.property(properties, (rules) => {
        const password = randomPassword(rules);
        expect(password).toHaveLength(rules.PasswordLength);
        if (rules.ExcludePunctuation) expect(password).toMatch(/^[\w ]*$/);
        if (rules.ExcludeNumbers) expect(password).not.toMatch(/\d/);
        if (rules.ExcludeUppercase) expect(password).not.toMatch(/[A-Z]/);
        for (const character of rules.ExcludeCharacters) expect(password).not.toContain(character);
        if (!rules.IncludeSpace) expect(password).not.toContain(' ');
        else if (rules.RequireEachIncludedType && !rules.ExcludeCharacters.includes(' ')) {
          expect(password).toContain(' ');
        }
      }),
    );
  });

  test.each([
    [
      'no characters left',
      {
        ExcludeCharacters: 'a',
        ExcludeUppercase: true,
        ExcludeNumbers: true,
        ExcludePunctuation: true,
        ExcludeLowercase: true,
      },
    ],
    ['less length than kinds', { PasswordLength: 3 }],
  ])('is not possible with %s', (_, rules) => {
    expect(() => randomPassword(rules)).toThrow('GenerateSecretString');
  });
});

describe('the secrets of a stack', () => {
  test('are generated, or as the template or an earlier start has them', () => {
    const stack = stackOf({
      Whole: { GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true } },
      Part: {
        Name: 'part',
        GenerateSecretString: { SecretStringTemplate: '{"user":"a"}', GenerateStringKey: 'token' },
      },
      Given: { Name: 'given', SecretString: 'text' },
      Empty: { Name: 'empty' },
      Known: { Name: 'known', GenerateSecretString: {} },
    });
    const [whole, part, given, empty, known] = secretsOf(stack, new Map([['known', 'kept']]));
    expect(whole?.value).toMatch(/^\w{48}$/);
    expect(whole?.name).toMatch(/^Whole-\w{12}$/);
    expect(JSON.parse(part?.value ?? '')).toEqual({ user: 'a', token: expect.any(String) });
    expect(generatedPart(part as Secret)).toHaveLength(32);
    expect([given?.value, empty?.value, known?.value]).toEqual(['text', '', 'kept']);
  });

  test('whose value has lost the generated key have no generated part', () => {
    const secret = { name: 'a', arn: 'arn', generatedKey: 'token', value: '[]' };
    expect(generatedPart(secret)).toBe('');
  });

  test.each([
    [
      'a template that is no JSON',
      { SecretStringTemplate: '{', GenerateStringKey: 'a' },
      'resource A: SecretStringTemplate',
    ],
    [
      'a template that is no object',
      { SecretStringTemplate: '1', GenerateStringKey: 'a' },
      'resource A: SecretStringTemplate',
    ],
    ['rules that cannot be', { GenerateStringKey: 'a', PasswordLength: 1 }, 'GenerateSecretString'],
  ])('cannot be made from %s', (_, GenerateSecretString, message) => {
    expect(() => secretsOf(stackOf({ A: { GenerateSecretString } }), new Map())).toThrow(message);
  });
});

test('a client is an output that names its secret', () => {
  const stack = stackOf(
    { A: { Name: 'a', SecretString: 'ta' }, B: { Name: 'b', SecretString: 'tb' } },
    {
      TokenSecretBravo: { Description: 'Secret with the API token of client bravo', Value: 'a' },
      TokenSecretPlugin: { Description: 'client ae-plugin', Value: { Ref: 'B' } },
      TokenSecretElsewhere: { Description: 'client other', Value: 'elsewhere' },
      TokenSecretNobody: { Value: 'a' },
      Other: { Description: 'client x', Value: 'a' },
    },
  );
  expect(clientsOf(stack, secretsOf(stack, new Map()))).toEqual([
    { name: 'bravo', token: 'ta' },
    { name: 'ae-plugin', token: 'tb' },
  ]);
});

describe('a dynamic reference', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:name-abc123';
  const secrets: Secret[] = [
    { name: 'name', arn, generatedKey: undefined, value: '{"token":"t1","n":1,"o":{"a":1}}' },
    { name: 'plain', arn: 'arn:other', generatedKey: undefined, value: 'text$&' },
  ];
  secrets.push({ name: 'number', arn: 'arn:n', generatedKey: undefined, value: '1' });
  const resolved = (text: string) => resolveDynamicReferences(text, secrets, 'variable A');

  test.each([
    [
      'a JSON key of a secret by ARN',
      `{{resolve:secretsmanager:${arn}:SecretString:token::}}`,
      't1',
    ],
    [
      'a stage and a version',
      `{{resolve:secretsmanager:${arn}:SecretString:token:AWSCURRENT:v1}}`,
      't1',
    ],
    ['a whole secret', '{{resolve:secretsmanager:plain:SecretString:::}}', 'text$&'],
    ['a whole secret, in short', '{{resolve:secretsmanager:plain}}', 'text$&'],
    ['a number', '{{resolve:secretsmanager:name:SecretString:n}}', '1'],
    ['an object', '{{resolve:secretsmanager:name:SecretString:o}}', '{"a":1}'],
    [
      'several in a text',
      'a {{resolve:secretsmanager:name:SecretString:n}} b {{resolve:secretsmanager:plain}}',
      'a 1 b text$&',
    ],
    ['none', '{{resolve:ssm:x}} {{', '{{resolve:ssm:x}} {{'],
  ])('to %s', (_, text, value) => {
    expect(resolved(text)).toBe(value);
  });

  test.each([
    [
      'a secret of another stack',
      '{{resolve:secretsmanager:none}}',
      'variable A: the secret none is not in this stack',
    ],
    [
      'a JSON key that is not there',
      '{{resolve:secretsmanager:name:SecretString:x}}',
      'has no JSON key "x"',
    ],
    [
      'a JSON key of a text',
      '{{resolve:secretsmanager:plain:SecretString:x}}',
      'has no JSON key "x"',
    ],
  ])('to %s fails, as the deployment would', (_, text, message) => {
    expect(() => resolved(text)).toThrow(message);
  });
});

describe('the file of secrets', () => {
  test('keeps values for the next start, for the owner alone', () => {
    const file = newFile();
    expect(readSecretFile(file)).toEqual(new Map());
    writeFileSync(file, '{}', { mode: 0o644 });
    writeSecretFile(file, [{ name: 'a', arn: '', generatedKey: undefined, value: 'b' }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readSecretFile(file)).toEqual(new Map([['a', 'b']]));
  });

  test('that is broken is a problem, one with other values is not', () => {
    const file = newFile();
    writeFileSync(file, '{');
    expect(() => readSecretFile(file)).toThrow('delete it for new secrets');
    writeFileSync(file, '[]');
    expect(readSecretFile(file)).toEqual(new Map());
  });
});

test('a private file that cannot be written leaves nothing behind', () => {
  const file = newFile();
  const folder = join(file, '..');
  expect(() => writePrivateFile(join(file, 'x'), '')).toThrow('cannot be written');
  expect(() => writePrivateFile(folder, '')).toThrow('cannot be written');
  expect(
    readdirSync(join(folder, '..')).filter((name) => name.startsWith(`${basename(folder)}.`)),
  ).toEqual([]);
  writePrivateFile(file, 'text');
  expect(readdirSync(folder)).toEqual(['file.json']);
  expect(readFileSync(file, 'utf8')).toBe('text');
});
