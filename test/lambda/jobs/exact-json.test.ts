import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatToken } from '../../../lambda/contract/token/token-format.ts';
import { parseExactJson } from '../../../lambda/jobs/exact-json.ts';

const refusal = (message: string) => expect.objectContaining({ statusCode: 400, message });

/** A decimal as a fraction of whole numbers: an oracle that rounds nothing. */
function fractionOf(text: string): readonly [bigint, bigint] {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(whole.replace('-', '') + fraction) * (text.startsWith('-') ? -1n : 1n);
  return power < 0 ? [digits, 10n ** BigInt(-power)] : [digits * 10n ** BigInt(power), 1n];
}

function isKept(text: string): boolean {
  const kept = JSON.stringify(Number(text));
  if (kept === 'null') return false;
  const [a, b] = fractionOf(text);
  const [c, d] = fractionOf(kept);
  return a * d === c * b;
}

describe('a number is kept as it was written, or refused:', () => {
  test.each([
    '0',
    '-0',
    '0.0',
    '0e999999999999999999999',
    '1.0',
    '1e2',
    '1E+2',
    '100e-2',
    '0.1',
    '-0.10',
    '1.5e300',
    '5e-324',
    '1.7976931348623157e308',
    '9007199254740991',
    '9007199254740992',
    '-9007199254740994',
    '123456789012345680000',
    `1${'0'.repeat(308)}`,
    `0.${'0'.repeat(322)}5`,
    `1.${'0'.repeat(100_000)}`,
  ])('%.40s is kept', (text) => {
    expect(parseExactJson(text)).toBe(Number(text));
    expect(parseExactJson(`{"a":[ ${text}\n,{"b":${text}}]}`)).toEqual({
      a: [Number(text), { b: Number(text) }],
    });
  });

  test.each([
    ['9007199254740993', '9007199254740992'],
    ['-9007199254740993', '-9007199254740992'],
    ['9007199254740993.0', '9007199254740992'],
    ['9007199254740993e0', '9007199254740992'],
    ['123456789012345678901', '123456789012345680000'],
    ['0.1000000000000000055', '0.1'],
    ['0.10000000000000000001', '0.1'],
    ['0.30000000000000001', '0.3'],
    ['1.0000000000000000000001', '1'],
    ['1e400', 'Infinity'],
    ['-1e400', '-Infinity'],
    ['1e99999999999999999999', 'Infinity'],
    ['1e-400', '0'],
    ['-1e-99999999999999999999', '0'],
    ['3e-324', '5e-324'],
  ])('%s is refused', (text, kept) => {
    const message = `The number ${text} would become ${kept}: send it as a string`;
    for (const body of [text, `[${text}]`, `{"a":[1,{"b":${text}}]}`, `{"a":"1","b": ${text}\t}`]) {
      expect(() => parseExactJson(body)).toThrow(refusal(message));
    }
  });

  test('a message shows 64 characters of it', () => {
    const text = `1${'0'.repeat(99_999)}`;
    expect(() => parseExactJson(text)).toThrow(
      refusal(`The number 1${'0'.repeat(63)}… would become Infinity: send it as a string`),
    );
    expect(() => parseExactJson(`${'1'.repeat(64)}`)).toThrow(
      refusal(
        `The number ${'1'.repeat(64)} would become 1.1111111111111112e+63: send it as a string`,
      ),
    );
  });

  test('every number, as a fraction of whole numbers says', () => {
    const digits = (constraints: fc.StringConstraints) =>
      fc.string({ unit: fc.constantFrom(...'0001256789'.split('')), ...constraints });
    const written = fc
      .record({
        sign: fc.constantFrom('', '-'),
        whole: digits({ minLength: 1, maxLength: 20 }).map((each) => each.replace(/^0+(?=.)/, '')),
        fraction: fc.option(digits({ minLength: 1, maxLength: 20 }), { nil: undefined }),
        exponent: fc.option(fc.integer({ min: -340, max: 320 }), { nil: undefined }),
      })
      .map(
        ({ sign, whole, fraction, exponent }) =>
          `${sign}${whole}${fraction === undefined ? '' : `.${fraction}`}${exponent === undefined ? '' : `e${exponent}`}`,
      );
    const double = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .chain((each) =>
        fc.constantFrom(
          String(each),
          each.toExponential(),
          each.toPrecision(17),
          each.toPrecision(21),
        ),
      );
    fc.assert(
      fc.property(fc.oneof(written, double), (text) => {
        let isTaken = true;
        try {
          parseExactJson(`[${text}]`);
        } catch {
          isTaken = false;
        }
        expect(isTaken).toBe(isKept(text));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('a name stands once in an object, or the text is refused:', () => {
  test.each([
    ['side by side', '{"a":1,"a":1}', '"a"'],
    ['in a list', '[{},{"a":1,"b":[],"a":2}]', '"a"'],
    ['after an object that has it too', '{"a":{"a":[{"a":1}]},"b":1,"a":2}', '"a"'],
    ['spelled in two ways', String.raw`{"a\"":1,"\u0061\u0022":1}`, String.raw`"a\""`],
    ['as __proto__', '{"__proto__":1,"__proto__":2}', '"__proto__"'],
    ['empty', '{"":1,"":2}', '""'],
  ])('%s', (_, text, name) => {
    expect(() => parseExactJson(text)).toThrow(refusal(`Field ${name} stands there twice`));
  });

  test.each([
    ['one inside the other', '{"a":{"a":{"a":1}}}'],
    ['in two objects of a list', '[{"a":1},{"a":1}]'],
    ['as a value', '{"a":"a","b":"a"}'],
    ['in a text that looks like JSON', String.raw`{"a":"{\"a\":1,\"a\":1e400}","b":"\\"}`],
    ['in another case', '{"a":1,"A":1}'],
  ])('%s is no repeat', (_, text) => {
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  test('a message shows 64 characters of it, and never a token', () => {
    const twice = (name: string) => `{${JSON.stringify(name)}:1,${JSON.stringify(name)}:2}`;
    expect(() => parseExactJson(twice('x'.repeat(65)))).toThrow(
      refusal(`Field "${'x'.repeat(64)}" stands there twice`),
    );
    const token = formatToken('atk', 'x'.repeat(20), 'a'.repeat(43));
    expect(() => parseExactJson(twice(`my ${token}`))).toThrow(
      refusal('Field "my [token]" stands there twice'),
    );
  });
});

test('any other JSON is what JSON.parse makes of it', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 2), (text, space) => {
      const value = JSON.parse(text) as unknown;
      expect(parseExactJson(JSON.stringify(value, null, space))).toEqual(value);
    }),
  );
});

test('half of a character is kept, since JSON can write it', () => {
  const text = String.raw`{"a":"\ud800"}`;
  expect(JSON.stringify(parseExactJson(text))).toBe(text);
});

test('a long text is read in a moment, whatever it holds', () => {
  const bodies = [
    `["${'\\"'.repeat(300_000)}"]`,
    `[${'1,'.repeat(300_000)}1]`,
    `${'['.repeat(300_000)}${']'.repeat(300_000)}`,
    `[1${'0'.repeat(600_000)}1]`,
    `[0.${'0'.repeat(300_000)}1${'0'.repeat(300_000)}]`,
  ];
  for (const body of bodies) {
    const start = performance.now();
    try {
      parseExactJson(body);
    } catch (error) {
      expect(error).toHaveProperty('statusCode', 400);
    }
    // What is quadratic would take minutes.
    expect(performance.now() - start).toBeLessThan(5_000);
  }
});
