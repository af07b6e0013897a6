import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { formatToken } from '../../lambda/contract/token/token-format.ts';
import { terminalAsk } from '../../terminal/ask.ts';
import { printable } from '../../terminal/printable.ts';
import { startProgress } from '../../terminal/progress.ts';
import { table } from '../../terminal/table.ts';
import { eventually } from '../local/support/eventually.ts';
import { recorder } from './support/run.ts';

describe('asking', () => {
  /** Types at a terminal once the question is there. */
  async function typing(keys: string, ask: 'confirm' | 'secret') {
    const [input, output] = [new PassThrough(), recorder(true)];
    const answer = terminalAsk(input, output.stream)[ask]('Sure?');
    const settled = answer.then(
      (value) => ({ value, error: undefined }),
      (error: unknown) => ({ value: undefined, error: String(error) }),
    );
    await eventually(() => output.text().includes('Sure?') || undefined);
    input.write(keys);
    return { ...(await settled), screen: output.text() };
  }

  test.each([
    ['yes', 'y\n', true],
    ['no', 'n\n', false],
    ['nothing: no', '\n', false],
  ])('takes %s', async (_, keys, expected) => {
    const { value, screen } = await typing(keys, 'confirm');
    expect(value).toBe(expected);
    expect(screen).toContain('Sure? (y/N)');
  });

  test('takes a secret, and does not show it', async () => {
    const { value, screen } = await typing('hidden-text\u0014\n', 'secret');
    expect(value).toBe('hidden-text');
    expect(screen).toContain('Sure?');
    expect(screen).not.toContain('hidden');
  });

  test.each(['confirm', 'secret'] as const)('%s stops on Ctrl+C', async (ask) => {
    expect((await typing('\u0003', ask)).error).toBe('Problem: Stopped: nothing was done.');
  });
});

describe('progress', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('shows what is waited for, and goes away', () => {
    const { stream, text } = recorder(true);
    {
      using _ = startProgress({ stderr: stream }, 'Rotating', 0);
      jest.advanceTimersByTime(250);
    }
    expect(text()).toMatch(/⠋ Rotating … 0 s.*⠙ Rotating … 0 s\r$/s);
  });

  test.each([
    ['what is quick', true, 1_000],
    ['a stream that is no terminal', false, 0],
  ])('says nothing for %s', (_, isTTY, delay) => {
    const { stream, text } = recorder(isTTY);
    {
      using _ = startProgress({ stderr: stream }, 'Rotating', delay);
      jest.advanceTimersByTime(150);
    }
    expect(text()).toBe('');
  });
});

test('a message is one line, and has no token in it', () => {
  const token = formatToken('atk', 'bravo', 'a'.repeat(43));
  expect(printable(`a\n\u001b[2Jb <${token}>`)).toBe('a [2Jb <[token]>');
});

test('a table has columns, and no space at the end', () => {
  expect(
    table([
      ['A', 'BB', 'C'],
      ['AAA', 'B', 'CCCC'],
      ['', '', ''],
    ]),
  ).toEqual(['A    BB  C', 'AAA  B   CCCC', '']);
});
