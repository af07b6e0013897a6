import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { clientsOf } from '../../local/clients.ts';
import { writePrivateFile } from '../../local/private-file.ts';
import { makePrivateFolder } from '../../local/private-folder.ts';
import { resolveDynamicReferences } from '../../local/secrets/dynamic-reference.ts';
import type { Secret, SecretVersion } from '../../local/secrets/secret.ts';
import { readSecretFile, secretFileWriter } from '../../local/secrets/secret-file.ts';
import { type SecretStore, secretStore } from '../../local/secrets/secret-store.ts';
import { secretsOf } from '../../local/secrets/secrets.ts';
import { newFolder } from './support/new-folder.ts';
import { onlyStack } from './support/only-stack.ts';

const newFile = () => join(newFolder(), 'file.json');

const stackOf = (resources: Record<string, object>, outputs: object = {}) =>
  onlyStack({
    Resources: Object.fromEntries(
      Object.entries(resources).map(([id, Properties]) => [
        id,
        { Type: 'AWS::SecretsManager::Secret', Properties },
      ]),
    ),
    Outputs: outputs,
  });

/** A version that nobody wrote. */
const version = (value: string, id = 'v1', stages = ['AWSCURRENT']): SecretVersion => ({
  id,
  value,
  stages,
  createdAt: 1000,
});

const storeOf = (secrets: readonly Secret[]): SecretStore =>
  secretStore(
    secrets,
    () => 2000,
    () => undefined,
  );

describe('the secrets of a stack', () => {
  test('are generated, or as the template or an earlier start has them, or empty', () => {
    const stack = stackOf({
      Whole: { GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true } },
      Part: {
        Name: 'part',
        GenerateSecretString: { SecretStringTemplate: '{"user":"a"}', GenerateStringKey: 'token' },
      },
      Given: { Name: 'given', SecretString: 'text', Tags: [{ Key: 'a', Value: 'b' }] },
      Empty: { Name: 'empty' },
      Known: { Name: 'known', GenerateSecretString: {} },
    });
    const kept = [version('kept')];
    const secrets = secretsOf([stack], new Map([['known', kept]]), 5);
    const [whole, part, given, empty, known] = secrets;
    expect(whole?.versions).toEqual([
      {
        id: expect.any(String),
        value: expect.stringMatching(/^[\da-f]{32}$/),
        stages: ['AWSCURRENT'],
        createdAt: 5,
      },
    ]);
    expect(whole?.name).toMatch(/^Whole-\w{12}$/);
    expect(JSON.parse(part?.versions[0]?.value ?? '')).toEqual({
      user: 'a',
      token: expect.stringMatching(/^[\da-f]{32}$/),
    });
    expect([given?.versions[0]?.value, given?.tags]).toEqual(['text', { a: 'b' }]);
    expect(empty?.versions).toEqual([]);
    expect(known?.versions).toBe(kept);
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
  ])('cannot be made from %s', (_, GenerateSecretString, message) => {
    expect(() => secretsOf([stackOf({ A: { GenerateSecretString } })], new Map(), 0)).toThrow(
      message,
    );
  });
});

test('a client is an output that names its secret, with the token in it', () => {
  const describes = (name: string, secretId: unknown) => {
    const start = `{"apiTokenClient":1,"name":"${name}","secretId":"`;
    return { Value: { 'Fn::Join': ['', [start, secretId, '"}']] } };
  };
  const issued = '{"token":"tc","verifiers":"sha256:j2vpNARuP0-zXzZyKfxRKl9qQSs_5vn_Y9sAmTc6I80"}';
  const part = { SecretStringTemplate: '{"user":"a"}', GenerateStringKey: 'password' };
  const stack = stackOf(
    {
      A: { Name: 'a', SecretString: 'ta' },
      B: { Name: 'b', SecretString: 'tb' },
      C: { Name: 'c', SecretString: issued },
      Revoked: { Name: 'revoked', SecretString: issued.replace('"token":"tc",', '') },
      Empty: { Name: 'empty' },
      Part: { Name: 'part', GenerateSecretString: part },
      Lost: { Name: 'lost', GenerateSecretString: part },
      Text: { Name: 'text', GenerateSecretString: part },
    },
    {
      Bravo: describes('bravo', 'a'),
      Plugin: describes('ae-plugin', { Ref: 'B' }),
      Issued: describes('issued', 'c'),
      Revoked: describes('revoked', 'revoked'),
      Empty: describes('empty', 'empty'),
      Part: describes('part', 'part'),
      Lost: describes('lost', 'lost'),
      Text: describes('text', 'text'),
      Elsewhere: describes('other', 'elsewhere'),
      Nobody: { Value: 'a' },
      Newer: { Value: '{"apiTokenClient":2,"name":"newer","secretId":"a"}' },
    },
  );
  const known = new Map([
    ['lost', [version('[]')]],
    ['text', [version('no JSON')]],
  ]);
  const clients = clientsOf([stack], storeOf(secretsOf([stack], known, 0)));
  expect(clients.every(({ stackName }) => stackName === 'Stack')).toBe(true);
  expect(clients.map(({ name, token }) => ({ name, token }))).toEqual([
    { name: 'bravo', token: 'ta' },
    { name: 'ae-plugin', token: 'tb' },
    { name: 'issued', token: 'tc' },
    { name: 'revoked' },
    { name: 'empty' },
    { name: 'part', token: expect.stringMatching(/^[\da-f]{32}$/) },
    { name: 'lost' },
    { name: 'text' },
  ]);
});

describe('a dynamic reference', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:name-abc123';
  const secret = (name: string, ...versions: SecretVersion[]): Secret => ({
    name,
    arn: name === 'name' ? arn : `arn:aws:secretsmanager:r:a:secret:${name}-123456`,
    generatedKey: undefined,
    tags: {},
    versions,
  });
  const secrets = storeOf([
    secret(
      'name',
      version('{"token":"t0"}', 'v0', ['AWSPREVIOUS']),
      version('{"token":"t1","n":1,"o":{"a":1}}'),
    ),
    secret('plain', version('text$&')),
    secret('number', version('1')),
    secret('empty'),
  ]);
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
    ['an older version', '{{resolve:secretsmanager:name:SecretString:token:AWSPREVIOUS}}', 't0'],
    ['a version by its id', '{{resolve:secretsmanager:name:SecretString:token::v0}}', 't0'],
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
      "variable A: none: Secrets Manager can't find the specified secret. The deployment would fail.",
    ],
    ['a secret without a value', '{{resolve:secretsmanager:empty}}', 'staging label: AWSCURRENT'],
    [
      'a version that is not there',
      '{{resolve:secretsmanager:name:SecretString:::v9}}',
      'VersionId: v9',
    ],
    [
      'a version without the label',
      '{{resolve:secretsmanager:name:SecretString::AWSCURRENT:v0}}',
      'VersionId: v0',
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
  const notices: string[] = [];
  const read = (file: string) => readSecretFile(file, (text) => notices.push(text));
  const secret = (versions: readonly SecretVersion[]): Secret => ({
    name: 'a',
    arn: '',
    generatedKey: undefined,
    tags: {},
    versions,
  });

  test('keeps versions for the next start, for the owner alone', () => {
    const file = newFile();
    expect(read(file)).toEqual(new Map());
    writeFileSync(file, '{}', { mode: 0o644 });
    const versions = [version('old', 'v0', []), version('new')];
    secretFileWriter(file)([secret(versions)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(read(file)).toEqual(new Map([['a', versions]]));
    expect(notices).toEqual([]);
  });

  test('is written when something has changed, and after it could not be written', () => {
    const folder = newFolder();
    const file = join(folder, 'secrets/file.json');
    const write = secretFileWriter(file);
    expect(() => write([secret([version('one')])])).toThrow('cannot be written');
    mkdirSync(join(folder, 'secrets'));
    write([secret([version('one')])]);
    rmSync(file);
    write([secret([version('one')])]);
    expect(existsSync(file)).toBe(false);
    write([secret([version('one', 'v1', ['AWSPREVIOUS'])])]);
    write([secret([version('one')])]);
    expect(read(file)).toEqual(new Map([['a', [version('one')]]]));
  });

  test('that is broken is a problem, one of an older version or with other values is not', () => {
    const file = newFile();
    writeFileSync(file, '{');
    expect(() => read(file)).toThrow('delete it for new secrets');
    for (const old of ['[]', '{"name":"value"}']) {
      writeFileSync(file, old);
      expect(read(file)).toEqual(new Map());
      expect(notices.splice(0)).toEqual([
        `${file} was written by an older version: every client gets a new token.`,
      ]);
    }
    writeFileSync(file, '{"format":2,"secrets":{"a":1,"b":[1,{"id":"x"}]}}');
    expect(read(file)).toEqual(
      new Map([
        ['a', []],
        ['b', []],
      ]),
    );
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

test('a folder that is not one is not closed to others', () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  expect(() => makePrivateFolder(file)).toThrow(/cannot be closed to others \(EEXIST.*--memory\.$/);
});
