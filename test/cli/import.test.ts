import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestOf } from '../../lambda/contract/token/token-digest.ts';
import { formatToken } from '../../lambda/contract/token/token-format.ts';
import { Problem, TransientProblem } from '../../terminal/problem.ts';
import { type DeployedStack, deployedStack } from './support/deployed-stack.ts';
import { run } from './support/run.ts';

let folder: string;
let stack: DeployedStack;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-'));
  stack = (await deployedStack()).withTable();
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const HEADER = 'name,permissions,plan,sha256';
const DIGEST = digestOf('a key that a partner holds');
const HEX = Buffer.from(DIGEST, 'base64url').toString('hex');

/** Imports a file with these lines after its header, with a file for tokens. */
const importLines = (lines: readonly string[], ...flags: readonly string[]) => {
  writeFileSync(at('clients.csv'), [HEADER, ...lines, ''].join('\n'));
  return run(stack, ['import', at('clients.csv'), '--tokens', at('tokens.csv'), ...flags]);
};

/** The tokens in the file, by client. */
const written = () => {
  const [header, ...lines] = readFileSync(at('tokens.csv'), 'utf8').split('\n').slice(0, -1);
  expect(header).toBe('name,token');
  return new Map(lines.map((line) => line.split(',') as [string, string]));
};

const imports = () =>
  stack.operations.filter((each) => (each as { operation: string }).operation === 'import') as {
    clients: { client: string; digest: string }[];
  }[];

/** As many lines of clients. */
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => `client-a${1_000 + i},job.read,gold,`);

test('creates clients, with the token that they have or a new one in the file', async () => {
  const { exitCode, out, err } = await importLines([
    'charlie,job.read,standard,',
    `delta,job.read job.create,gold,${DIGEST}`,
  ]);
  expect({ exitCode, out }).toEqual({
    exitCode: 0,
    out: 'created    2\nunchanged  0\nfailed     0\n',
  });
  expect(err).toContain('keys in another form');
  const tokens = written();
  expect([...tokens.keys()]).toEqual(['charlie']);
  expect(stack.clientFunction.clientOf(tokens.get('charlie') ?? '')).toBe('charlie');
  expect(stack.clientFunction.clientOf('a key that a partner holds')).toBe('delta');
  expect(stack.clientFunction.clients.get('delta')).toMatchObject({
    permissions: ['job.read', 'job.create'],
    plan: 'gold',
  });
  expect(statSync(at('tokens.csv')).mode & 0o777).toBe(0o600);
  expect(out + err).not.toContain(tokens.get('charlie'));
});

test('takes digests as hexadecimal digits in either case, and a file of another make', async () => {
  stack = (await deployedStack()).withTable({ importedKeys: true });
  writeFileSync(
    at('clients.csv'),
    `\ufeffsha256,"permissions" , plan,name\r\n${HEX.toUpperCase()}, "job.read  job.create" ,gold,charlie\r\n\r\n`,
  );
  const { exitCode, err } = await run(stack, ['import', at('clients.csv')]);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(stack.clientFunction.clientOf('a key that a partner holds')).toBe('charlie');
});

test('binds clients to the addresses of a further column', async () => {
  const lines = [
    'name,permissions,plan,sha256,sources',
    'charlie,job.read,gold,,203.0.113.0/24 2001:db8::/32',
    `delta,job.read,gold,${HEX},`,
    'echo,job.read,gold,,10.0.0.1/8',
    `foxtrot,job.read,gold,,${formatToken('atk', 'charlie', 'Z'.repeat(43))}`,
  ];
  writeFileSync(at('clients.csv'), lines.join('\n'));
  const line = ['import', at('clients.csv'), '--tokens', at('tokens.csv')];
  const { exitCode, out, err } = await run(stack, line);
  expect(exitCode).toBe(1);
  expect(out).toContain(
    '4     echo     in its sources, source 10.0.0.1/8 must be the first address of its block',
  );
  expect(out).toContain(
    '5     foxtrot  in its sources, source number 1 must be an address such as',
  );
  expect(out + err).not.toContain('atk_charlie');
  const { clients } = stack.clientFunction;
  expect(clients.get('charlie')?.allowedSources).toEqual(['203.0.113.0/24', '2001:db8::/32']);
  expect(clients.get('delta')?.allowedSources).toEqual([]);
  expect(clients.size).toBe(2);
  expect((await run(stack, line)).out).toMatch(/^created +0\nunchanged +2\n/);
});

test('leaves clients as they are the second time, and uses their tokens again', async () => {
  const lines = [...many(3), `delta,job.read,gold,${HEX}`];
  await importLines(lines);
  const before = readFileSync(at('tokens.csv'), 'utf8');
  const { exitCode, out } = await importLines(lines);
  expect({ exitCode, out }).toEqual({
    exitCode: 0,
    out: 'created    0\nunchanged  4\nfailed     0\n',
  });
  expect(readFileSync(at('tokens.csv'), 'utf8')).toBe(before);
});

test('sends at most a hundred at once', async () => {
  expect((await importLines(many(205))).out).toMatch(/^created +205$/m);
  expect(imports().map(({ clients }) => clients.length)).toEqual([100, 100, 5]);
});

test('answers in JSON', async () => {
  stack.clientFunction.keyDelay = 1_000;
  const { exitCode, out, err } = await importLines(['charlie,job.read,gold,', 'X'], '--json');
  expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
  expect(JSON.parse(out)).toEqual({
    stack: 'JobApi',
    created: 1,
    unchanged: 0,
    failed: [{ line: 3, client: null, reason: 'it has 1 columns, and the first line has 4' }],
    left: 0,
    pending: 1,
    readyAt: '2026-11-22T00:00:01.000Z',
  });
});

test('says until when new clients cannot call', async () => {
  stack.clientFunction.keyDelay = 1_800_000;
  expect((await importLines(many(2))).err).toBe(
    '2 of them cannot call yet, the last one before 2026-11-22 00:30:00 UTC: API Gateway learns late of a new API key. Until then they get 401.\n',
  );
});

describe('a line that is wrong', () => {
  test.each([
    ['has too few cells', 'charlie,job.read', 'it has 2 columns, and the first line has 4'],
    ['has too many cells', `charlie,job.read,gold,${HEX},x`, 'it has 5 columns'],
    ['has no name', ',job.read,gold,', 'its name is not lower-case words'],
    ['has a name that can be none', 'Charlie,job.read,gold,', 'its name is not'],
    ['has no permissions', 'charlie,,gold,', 'its permissions are not such as'],
    ['has a permission that can be none', 'charlie,job.read;job,gold,', 'its permissions are not'],
    ['has no plan', 'charlie,job.read,,', 'its plan is missing: choose one of standard, gold'],
    ['has another plan', 'charlie,job.read,silver,', "its plan is none of the stack's: choose"],
    ['has a digest that is none', `charlie,job.read,gold,${HEX}0`, 'its sha256 is not 64'],
    ['has a client in code', 'bravo,job.read,gold,', 'move it with the sha256 of its token'],
  ])('because it %s is in the report, and the others go on', async (_, line, reason) => {
    const { exitCode, out } = await importLines(['delta,job.read,gold,', line, 'echo,*,gold,']);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^created +2\nunchanged +0\nfailed +1\n\nLINE +CLIENT +WHY\n3 +/);
    expect(out).toContain(reason);
    expect([...stack.clientFunction.clients.keys()]).toEqual(['delta', 'echo']);
  });

  test('is not repeated: it might have a token', async () => {
    const token = formatToken('atk', 'charlie', 'Z'.repeat(43));
    const lines = [0, 1, 2, 3].map((wrong) =>
      ['charlie', '*', 'gold', HEX].map((cell, i) => (i === wrong ? token : cell)).join(','),
    );
    const { out, err } = await importLines(lines);
    expect(out).toMatch(/^failed +4$/m);
    expect(out + err).not.toContain(token);
  });

  test('because another has its name or its token is not sent, and neither is the other', async () => {
    const { exitCode, out } = await importLines([
      'charlie,job.read,gold,',
      `delta,job.read,gold,${HEX}`,
      'echo,job.read,gold,',
      'charlie,job.create,gold,',
      `foxtrot,job.read,gold,${DIGEST}`,
    ]);
    expect(exitCode).toBe(1);
    expect(out.split('\n').slice(4, -1)).toEqual([
      'LINE  CLIENT   WHY',
      '2     charlie  line 5 has the same name',
      '3     delta    line 6 has the same sha256',
      '5     charlie  line 2 has the same name',
      '6     foxtrot  line 3 has the same sha256',
    ]);
    expect([...stack.clientFunction.clients.keys()]).toEqual(['echo']);
  });

  test('because AWS refuses it is in the report', async () => {
    await importLines(['charlie,job.read,gold,']);
    const { exitCode, out, err } = await importLines(['charlie,*,gold,', 'delta,job.read,gold,']);
    expect(exitCode).toBe(1);
    expect(err).toBe('Tokens in the file of lines that failed open nothing.\n');
    expect(out).toContain('2     charlie  there is a client charlie already');
    expect(out).toMatch(/^created +1$/m);
  });
});

describe('a client in code', () => {
  test('is moved with the digest of its token', async () => {
    const { exitCode } = await importLines([`bravo,job.read,gold,${digestOf(stack.token())}`]);
    expect(exitCode).toBe(0);
    expect(stack.clientFunction.clientOf(stack.token())).toBe('bravo');
  });
});

describe('in one line, before anything is sent, it says that', () => {
  test.each([
    ['the file is empty', '', 1, 'The file is empty: its first line has the columns'],
    ['the columns are not named', 'charlie,job.read,gold,', 1, "Column 1 of the file's first line"],
    ['a column is not known', `${HEADER},email`, 1, 'Column 5 of the file'],
    ['a column is there twice', `${HEADER},name`, 1, 'is there twice'],
    ['semicolons are not commas', HEADER.replaceAll(',', ';'), 1, 'with commas between'],
    ['a column is missing', 'name,plan', 1, 'The file has no column permissions'],
    ['the plans are missing', 'name,permissions', 1, 'The file has no column plan'],
    ['a quote is in the wrong place', `${HEADER}\n"charlie"x,*,gold,`, 1, 'no CSV: line 2 has a'],
    ['a line is too long', `${HEADER}\n${'x'.repeat(20_000)}`, 1, 'longer than 16384 bytes'],
    ['the file is too large', `${HEADER}\n${'x,\n'.repeat(4e6)}`, 1, 'more than 10 MB'],
    ['the tokens have no file', `${HEADER}\ncharlie,*,gold,`, 2, 'Line 2 has no sha256'],
  ])('%s', async (_, text, code, message) => {
    writeFileSync(at('clients.csv'), text);
    const { exitCode, out, err } = await run(stack, ['import', at('clients.csv')]);
    expect({ exitCode, out }).toEqual({ exitCode: code, out: '' });
    expect(err).toContain(message);
    expect(err).toMatch(/^error: [^\n]+\n$/);
    expect(stack.operations).toEqual([]);
  });

  test('there is no file', async () => {
    const { exitCode, err } = await run(stack, ['import', at('none.csv')]);
    expect(exitCode).toBe(1);
    expect(err).toContain('The file cannot be read (ENOENT');
    expect((await run(stack, ['import'])).err).toBe('error: The name of the file is missing.\n');
  });
});

test('a stack without plans takes a file without the column', async () => {
  stack = (await deployedStack()).withTable({ plans: [] });
  writeFileSync(at('clients.csv'), `name,permissions,sha256\ncharlie,job.read,${HEX}\n`);
  expect((await run(stack, ['import', at('clients.csv')])).exitCode).toBe(0);
  const { out } = await importLines([`delta,job.read,gold,${DIGEST}`]);
  expect(out).toContain('its plan has to be left out: the stack has no plans');
});

describe('the file for tokens', () => {
  const refusedFile = async (text: string, mode = 0o600) => {
    writeFileSync(at('tokens.csv'), text, { mode });
    const { exitCode, err } = await importLines(many(1));
    expect({ exitCode, text: readFileSync(at('tokens.csv'), 'utf8') }).toEqual({
      exitCode: 1,
      text,
    });
    expect(stack.operations).toEqual([]);
    return err;
  };

  test.each([
    ['any other file', 'name,permissions\ncharlie,*\n', 'is not a file of tokens that an import'],
    ['a text without a line', 'a note', 'is not a file of tokens that an import'],
    ['a token of nobody', 'name,token\ncharlie,secret\n', 'has a line 2 that is no token of'],
    [
      "another client's token",
      `name,token\ncharlie,${formatToken('atk', 'delta', 'Z'.repeat(43))}\n`,
      'has a line 2 that is no token of',
    ],
    [
      'a token of another stack',
      `name,token\ncharlie,${formatToken('acme', 'charlie', 'Z'.repeat(43))}\n`,
      'has a line 2 that is no token of',
    ],
    [
      'two tokens of a client',
      `name,token\n${['Y', 'Z'].map((c) => `charlie,${formatToken('atk', 'charlie', c.repeat(43))}\n`).join('')}`,
      'has two tokens of client charlie',
    ],
  ])('is never written over %s', async (_, text, message) => {
    expect(await refusedFile(text)).toContain(message);
  });

  test('is not one that others may read', async () => {
    const text = 'name,token\n';
    writeFileSync(at('tokens.csv'), text);
    chmodSync(at('tokens.csv'), 0o644);
    expect(await refusedFile(text)).toContain('Others than you may read');
  });

  test('is in a folder that there is', async () => {
    writeFileSync(at('clients.csv'), `${HEADER}\ncharlie,*,gold,\n`);
    const argv = ['import', at('clients.csv'), '--tokens', at('none/tokens.csv')];
    expect((await run(stack, argv)).err).toContain('cannot be written (ENOENT');
    expect(stack.operations).toEqual([]);
  });

  test('is not made when no token is', async () => {
    await importLines([`delta,job.read,gold,${HEX}`]);
    expect(existsSync(at('tokens.csv'))).toBe(false);
  });

  test('has a token before its digest is sent', async () => {
    const invoke = stack.invoke.bind(stack);
    stack.invoke = (name, event) => {
      const { clients } = event as { clients: { client: string; digest: string }[] };
      const tokens = written();
      for (const { client, digest } of clients) {
        expect(digestOf(tokens.get(client) ?? '')).toBe(digest);
      }
      return invoke(name, event);
    };
    expect((await importLines(many(150))).exitCode).toBe(0);
  });
});

describe('an import that was cut short', () => {
  test('says what is done and what is left, and goes on with the same command', async () => {
    stack.faults.push(...Array.from({ length: 3 }, () => new TransientProblem('AWS is busy.')));
    const invoke = stack.invoke.bind(stack);
    const faults = stack.faults.splice(0);
    stack.invoke = (name, event) => {
      if (imports().length === 1) stack.faults.push(...faults.splice(0));
      return invoke(name, event);
    };
    const { exitCode, out, err } = await importLines(many(250));
    expect({ exitCode, out, err }).toEqual({
      exitCode: 1,
      out: 'created    100\nunchanged  0\nfailed     0\nleft       150\n',
      err: 'error: AWS is busy. 150 lines are left: repeat the same command, which goes on from here.\n',
    });
    expect((await importLines(many(250))).out).toBe(
      'created    150\nunchanged  100\nfailed     0\n',
    );
    for (const [name, token] of written()) expect(stack.clientFunction.clientOf(token)).toBe(name);
  });

  test('is repeated by itself where an answer is lost', async () => {
    stack.isAnswerLost = true;
    stack.faults.push(new TransientProblem('AWS is busy.'));
    const { exitCode, out, waits } = await importLines(many(2));
    expect({ exitCode, waits }).toEqual({ exitCode: 0, waits: [2_000] });
    expect(out).toMatch(/^unchanged +2$/m);
  });

  test('because the function left a client out says so', async () => {
    stack.invoke = async () => ({ answer: [{ client: 'client-a1000', outcome: 'created' }] });
    expect((await importLines(many(2))).err).toContain('did not answer for client client-a1001');
  });

  test('says what AWS refuses once', async () => {
    stack.faults.push(new Problem('You may not.'));
    const { err } = await importLines(many(150));
    expect(err).toBe(
      'error: You may not. 150 lines are left: repeat the same command, which goes on from here.\n',
    );
    expect(stack.operations).toHaveLength(1);
  });

  test('at any byte of the file for tokens ends as one that was not', async () => {
    const lines = many(3);
    await importLines(lines);
    const whole = readFileSync(at('tokens.csv'));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length }), async (length) => {
        stack = (await deployedStack()).withTable();
        writeFileSync(at('tokens.csv'), whole.subarray(0, length));
        const { exitCode, out } = await importLines(lines);
        expect({ exitCode, out }).toEqual({
          exitCode: 0,
          out: expect.stringMatching(/^created +3\n/),
        });
        const tokens = written();
        expect(tokens.size).toBe(3);
        for (const [name, token] of tokens) expect(stack.clientFunction.clientOf(token)).toBe(name);
        const kept = whole.subarray(0, length).toString().split('\n').slice(1, -1);
        for (const line of kept) expect([...tokens].map(String)).toContain(line);
      }),
      { numRuns: 40 },
    );
  });

  test('between a token and its client makes no second token', async () => {
    writeFileSync(at('tokens.csv'), 'name,token\n', { mode: 0o600 });
    const token = formatToken('atk', 'client-a1000', 'Z'.repeat(43));
    appendFileSync(at('tokens.csv'), `client-a1000,${token}\n`);
    await importLines(many(2));
    expect(stack.clientFunction.clientOf(token)).toBe('client-a1000');
  });
});

test('every valid line is created or was there, and every other is in the report', async () => {
  const name = fc.constantFrom('alpha', 'bravo', 'charlie', 'delta', 'echo', 'X', '');
  const permissions = fc.constantFrom('job.read', 'job.read job.create', '*', 'job', '');
  const plan = fc.constantFrom('gold', 'standard', 'silver', '');
  const digest = fc.constantFrom('', HEX, DIGEST, digestOf('2'), digestOf('3'), 'x');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, permissions, plan, digest), { maxLength: 8 }),
      async (rows) => {
        stack = (await deployedStack()).withTable();
        rmSync(at('tokens.csv'), { force: true });
        const { out } = await importLines(
          rows.map((row) => row.join(',')),
          '--json',
        );
        const report = JSON.parse(out) as {
          created: number;
          unchanged: number;
          failed: { line: number }[];
        };
        const isRight = ([n, p, l, d]: (typeof rows)[number]) =>
          n.length > 1 &&
          (p.includes('.') || p === '*') &&
          ['gold', 'standard'].includes(l) &&
          d !== 'x' &&
          (n !== 'bravo' || d !== '');
        const keyOf = (d: string) => (d === HEX ? DIGEST : d);
        const right = rows.filter(isRight);
        const alone = right.filter(
          (row) =>
            right.filter(([n, , , d]) => n === row[0] || (d !== '' && keyOf(d) === keyOf(row[3])))
              .length === 1,
        );
        expect([...stack.clientFunction.clients.keys()].sort()).toEqual(
          alone.map(([n]) => n).sort(),
        );
        expect(report).toMatchObject({ created: alone.length, unchanged: 0 });
        expect(report.failed.map(({ line }) => line)).toEqual(
          rows.flatMap((row, i) => (alone.includes(row) ? [] : [i + 2])),
        );
      },
    ),
    { numRuns: 150 },
  );
});

test('the file for tokens has its mode whatever the umask is', () => {
  const script = `process.umask(0); const { openTokensFile } = await import('./cli/import/tokens-file.ts'); openTokensFile(process.argv[1], 'atk')[Symbol.dispose]();`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script, at('tokens.csv')]);
  expect(statSync(at('tokens.csv')).mode & 0o777).toBe(0o600);
});
