import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { sourceMatcher } from '../../../../lambda/contract/access/source.ts';
import {
  LONGEST_SOURCES,
  MAX_SOURCES,
  sourceFault,
  sourcesFault,
} from '../../../../lambda/contract/access/source-fault.ts';

test.each([
  '203.0.113.7',
  '203.0.113.0/24',
  '203.0.113.7/32',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8::7',
  '::/0',
  '::1/128',
  '64:ff9b::198.51.100.10',
  '64:ff9b::198.0.0.0/103',
  '64:ff9b::198.51.0.128/121',
  '1:2:3:4:5:6:198.51.100.0/120',
])('%s is a source', (source) => {
  expect(sourceFault(source)).toBeUndefined();
});

test.each([
  ['203.0.113.7/24', /^must be the first address of its block/],
  ['0.0.0.1/0', /^must be the first address of its block/],
  ['2001:db8::1/32', /^must be the first address of its block/],
  ['64:ff9b::198.51.100.1/120', /^must be the first address of its block/],
  ['64:ff9b::198.0.0.0/102', /^must be the first address of its block/],
  ['2001:db8::/28', /^must be the first address of its block/],
  ['2001:db8::0/28', /^must be the first address of its block/],
  ['203.0.113.0/33', /^must have a prefix length of 0 to 32$/],
  ['2001:db8::/129', /^must have a prefix length of 0 to 128$/],
  ['203.0.113.0/', /^must have a prefix length/],
  ['203.0.113.0/024', /^must have a prefix length/],
  ['203.0.113.0/24x', /^must have a prefix length/],
  ['203.0.113.0/x24', /^must have a prefix length/],
  ['203.0.113.0/-1', /^must have a prefix length/],
  ['203.0.113.0/24/24', /^must be an address/],
  ['203.0.113', /^must be an address/],
  ['203.0.113.007', /^must be an address/],
  ['fe80::1%eth0', /^must be an address/],
  [' 203.0.113.7', /^must be an address/],
  ['example.com', /^must be an address/],
  ['', /^must be an address/],
  [7, /^must be an address/],
  [['203.0.113.7'], /^must be an address/],
  [undefined, /^must be an address/],
  ['::ffff:203.0.113.7', /^must be written as the IPv4 address/],
  ['::ffff:cb00:7107/120', /^must be written as the IPv4 address/],
])('%j is no source', (source, fault) => {
  expect(sourceFault(source)).toMatch(fault);
});

describe('of the sources of a client', () => {
  const sources = (count: number) => Array<string>(count).fill('203.0.113.7');
  const notAnAddress =
    'must be an address such as 203.0.113.7, or a block such as 203.0.113.0/24 or 2001:db8::/32';

  test('there may be none, and as many as a policy has room for', () => {
    expect(sourcesFault([])).toBeUndefined();
    expect(sourcesFault(sources(MAX_SOURCES))).toBeUndefined();
    expect(sourcesFault(sources(MAX_SOURCES + 1))).toBe(
      'there are 21 sources, more than 20: put addresses together in blocks',
    );
  });

  test('the longest are sources, as many as there may be', () => {
    expect(LONGEST_SOURCES).toHaveLength(MAX_SOURCES);
    expect(sourcesFault(LONGEST_SOURCES)).toBeUndefined();
    // Eight groups with the last two as IPv4, all written out, and the longest prefix length.
    expect(LONGEST_SOURCES[0]).toHaveLength('ffff:'.length * 6 + '255.255.255.255/128'.length);
  });

  test.each([
    ['203.0.113.7/33', 'source 203.0.113.7/33 must have a prefix length of 0 to 32'],
    ['2001:DB8::/129', 'source 2001:DB8::/129 must have a prefix length of 0 to 128'],
    ['a:b', `source a:b ${notAnAddress}`],
    [`${'a'.repeat(49)}:`, `source ${'a'.repeat(49)}: ${notAnAddress}`],
  ])('the first that is wrong is told: %s', (source, fault) => {
    expect(sourcesFault(['203.0.113.7', source, 'example.com'])).toBe(fault);
  });

  test.each([
    'example.com',
    'deadbeef',
    ' 203.0.113.7',
    '203.0.113.7 ',
    `${'a'.repeat(50)}:`,
    '',
    7,
    undefined,
  ])('what is no address, and might be a token, is not repeated: %j', (source) => {
    expect(sourcesFault(['203.0.113.7', source])).toBe(`source number 2 ${notAnAddress}`);
  });
});

describe('a client may call from an address', () => {
  // Few bits differ, so that addresses meet blocks.
  const ipv4 = fc
    .array(fc.constantFrom(0, 1, 127, 128, 255), { minLength: 4, maxLength: 4 })
    .map((bytes) => bytes.join('.'));
  const group = fc.constantFrom('0', '1', '8000', 'ffff', '2001', 'db8');
  const ipv6 = fc
    .array(group, { minLength: 8, maxLength: 8 })
    .map((groups) => ipaddr.parse(groups.join(':')).toString());
  const first = (address: string, length: number) => {
    return ipaddr.parse(address).kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${length}`).toString()
      : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${length}`).toString();
  };
  const block = fc.oneof(
    fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })),
    fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })),
  );
  const source = fc
    .oneof(
      block.map(([address, length]) => `${first(address, length)}/${length}`),
      ipv4,
      ipv6,
    )
    .filter((each) => sourceFault(each) === undefined);
  const address = fc.oneof(
    ipv4,
    ipv6,
    ipv4.map((each) => `::ffff:${each}`),
  );

  const isWithin = (one: string, cidr: string): boolean => {
    const called = ipaddr.process(one);
    const [base = '', length] = cidr.split('/');
    const range = ipaddr.parse(base);
    const bits = Number(length ?? (range.kind() === 'ipv4' ? 32 : 128));
    return called.kind() === range.kind() && called.match(range, bits);
  };

  test('property: if another implementation finds it in one of the sources', () => {
    const count = { inside: 0, outside: 0 };
    fc.assert(
      fc.property(fc.array(source, { minLength: 1, maxLength: 4 }), address, (sources, one) => {
        const expected = sources.some((each) => isWithin(one, each));
        count[expected ? 'inside' : 'outside']++;
        expect(sourceMatcher(sources)(one)).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
    expect(count.inside).toBeGreaterThan(40);
    expect(count.outside).toBeGreaterThan(300);
  });

  test('property: and every block is a source only by its first address', () => {
    fc.assert(
      fc.property(block, ([base, length]) => {
        const isMapped = ipaddr.process(base).kind() !== ipaddr.parse(base).kind();
        fc.pre(!isMapped);
        const isFirst = first(base, length) === ipaddr.parse(base).toString();
        expect(sourceFault(`${base}/${length}`) === undefined).toBe(isFirst);
      }),
    );
  });

  test('of IPv4 in no block of IPv6, not even of all addresses', () => {
    expect(sourceMatcher(['::/0'])('203.0.113.7')).toBe(false);
    expect(sourceMatcher(['0.0.0.0/0'])('2001:db8::7')).toBe(false);
  });

  test.each([
    [''],
    ['localhost'],
    ['203.0.113.7/32'],
    [null],
    [undefined],
    [{}],
    [7],
    [['203.0.113.7']],
  ])('and not from %j, which is none', (one) => {
    expect(sourceMatcher(['0.0.0.0/0', '::/0'])(one)).toBe(false);
  });
});
