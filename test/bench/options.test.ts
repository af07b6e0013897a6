import { describe, expect, test } from '@jest/globals';
import { parseOptions } from '../../bench/options.ts';

const parse = (...argv: string[]) => parseOptions(argv, () => undefined);

describe('the flags', () => {
  test('are all off', () => {
    expect(parse()).toEqual({ quick: false, check: false });
  });

  test('are read', () => {
    expect(parse('--quick', '--check', '--json', 'out.json', '--only', 'warm', 'growth')).toEqual({
      quick: true,
      check: true,
      json: 'out.json',
      only: ['warm', 'growth'],
    });
  });

  test('are explained, with the exit codes', () => {
    let help = '';
    const options = parseOptions(['--help'], (text) => {
      help += text;
    });
    expect(options).toBeUndefined();
    expect(help).toContain('--quick');
    expect(help).toContain('Exit codes:');
  });

  test.each([
    ['an unknown flag', ['--fast'], 'unknown option'],
    ['a group that is none', ['--only', 'cold'], 'Allowed choices are init'],
    ['a flag without its value', ['--json'], 'argument missing'],
    ['another flag for its value', ['--json', '--check'], 'It must be the name of a file'],
    ['a file without a name', ['--json', ''], 'It must be the name of a file'],
    ['a file in no folder', ['--json', 'no/such/out.json'], 'Its folder must be there'],
    ['an argument', ['quick'], 'too many arguments'],
  ])('refuse %s', (_, argv, message) => {
    expect(() => parse(...argv)).toThrow(message);
  });
});
