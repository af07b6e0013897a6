import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { formatToken } from '../../lambda/contract/token/token-format.ts';
import { terminalAsk } from '../../terminal/ask.ts';
import { bar } from '../../terminal/bar.ts';
import { oneLine, printable } from '../../terminal/printable.ts';
import { countingBar, progressBar } from '../../terminal/progress-bar.ts';
import { startSpinner } from '../../terminal/spinner.ts';
import { table } from '../../terminal/table.ts';
import { recorder } from '../cli/support/run.ts';
import { eventually } from '../local/support/eventually.ts';

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
      using _ = startSpinner({ stderr: stream }, 'Rotating', 0);
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
      using _ = startSpinner({ stderr: stream }, 'Rotating', delay);
      jest.advanceTimersByTime(150);
    }
    expect(text()).toBe('');
  });
});

describe('a text of others', () => {
  const token = formatToken('atk', 'bravo', 'a'.repeat(43));

  test('is one line in a message, and has no token in it', () => {
    expect(oneLine(`a\n\u001b[2Jb <${token}>`)).toBe('a [2Jb <[token]>');
  });

  test('shows its control characters where it is quoted, and has no token in it', () => {
    expect(printable(`a\n\u001b[2Jb\u2028\u202e <${token}>`)).toBe(
      'a\\u000a\\u001b[2Jb\\u2028\\u202e <[token]>',
    );
  });
});

describe('how far a run has come', () => {
  const plain = (text: string) => text.split('\r').filter((line) => line !== '');

  test('is a bar for each part on a terminal, and goes away', () => {
    const { stream, text } = recorder(true);
    const progress = progressBar(stream);
    progress.begin('cold start', 2);
    progress.step();
    progress.begin('warm calls', 2);
    progress.end();
    const width = '━'.repeat(24);
    expect(plain(text())).toEqual([`   0 s  ${width}  cold start`, `   0 s  ${width}  warm calls`]);
    expect(text()).toMatch(/\r$/);
  });

  test('is a line for each part elsewhere', () => {
    const { stream, text } = recorder(false);
    const progress = progressBar(stream);
    progress.begin('cold start', 2);
    progress.step();
    progress.begin('warm calls', 0);
    progress.end();
    expect(text()).toBe('   0 s  cold start …\n   0 s  warm calls …\n');
  });
});

describe('after a while', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('a bar counts its steps, on a terminal only', () => {
    const [terminal, pipe] = [recorder(true), recorder(false)];
    const bars = [terminal, pipe].map(({ stream }) => countingBar(stream, 2_000));
    for (const each of bars) {
      each.begin('clients', 10);
      for (let i = 0; i < 3; i++) each.step();
    }
    jest.advanceTimersByTime(1_900);
    expect(terminal.text()).toBe('');
    jest.advanceTimersByTime(300);
    expect(terminal.text()).toContain('clients  3 of 10');
    for (const each of bars) each.end();
    expect(pipe.text()).toBe('');
  });

  test('a spinner asks what it waits for each time', () => {
    const { stream, text } = recorder(true);
    let read = 0;
    using _spinner = startSpinner({ stderr: stream }, () => `${read++} GB`, 0);
    jest.advanceTimersByTime(250);
    expect(text()).toContain('0 GB … 0 s');
    expect(text()).toContain('1 GB … 0 s');
  });
});

test.each([
  ['nothing for nothing', 0, true, ''],
  ['a sliver for any value above 0', 1, true, '▏'],
  ['the whole width for the largest', 1_000_000, true, '█'.repeat(20)],
  ['number signs in a pipe', 500_000, false, '#'.repeat(10)],
])('a bar is %s', (_, value, isTerminal, expected) => {
  expect(bar(value, 1_000_000, isTerminal)).toBe(expected);
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
