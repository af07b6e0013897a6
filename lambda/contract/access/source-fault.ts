import { isIP } from 'node:net';

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** How many sources a client may have: what a policy has room for beside its routes. */
export const MAX_SOURCES = 20;

/** As much text as the sources of a client can be. */
export const LONGEST_SOURCES: readonly string[] = Array(MAX_SOURCES).fill(
  'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128',
);

/**
 * What is wrong with a source from which a client may call, after its name; `undefined` if it is right:
 * an address, or a block in CIDR notation, of IPv4 or IPv6.
 */
export function sourceFault(source: unknown): string | undefined {
  const [address = '', length, ...rest] = String(source).split('/');
  const bits = BITS[isIP(address)];
  // A zone means something on one machine only.
  if (typeof source !== 'string' || !bits || address.includes('%') || rest.length > 0) {
    return 'must be an address such as 203.0.113.7, or a block such as 203.0.113.0/24 or 2001:db8::/32';
  }
  const value = valueOfAddress(address);
  // No IPv4 address has as many bits.
  if (value >> 32n === 0xffffn) {
    return 'must be written as the IPv4 address that it stands for';
  }
  if (length === undefined) return undefined;
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits) {
    return `must have a prefix length of 0 to ${bits}`;
  }
  const hostBits = BigInt(bits - Number(length));
  return (value >> hostBits) << hostBits === value
    ? undefined
    : 'must be the first address of its block: there are bits set after the prefix';
}

/**
 * What is wrong with the sources of a client, as a part of a sentence; `undefined` if nothing is. It repeats
 * none that might be a token.
 */
export function sourcesFault(sources: readonly unknown[]): string | undefined {
  if (sources.length > MAX_SOURCES) {
    return `there are ${sources.length} sources, more than ${MAX_SOURCES}: put addresses together in blocks`;
  }
  for (const [index, source] of sources.entries()) {
    const fault = sourceFault(source);
    if (fault === undefined) continue;
    const text = String(source);
    const isTellable = /^(?=.*[.:])[\da-f.:/]{1,50}$/i.test(text);
    return `source ${isTellable ? text : `number ${index + 1}`} ${fault}`;
  }
  return undefined;
}

const valueOfIpv4 = (address: string): bigint =>
  address.split('.').reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** @param address as `isIP` takes it */
function valueOfAddress(address: string): bigint {
  // An IPv4 address is read as two groups of IPv6, and may stand there for the last two.
  const groups = address.replace(/[\d.]*\.[\d.]*/, (ipv4) => {
    const value = valueOfIpv4(ipv4);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [before = [], after] = groups
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = after === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array<string>(zeros).fill('0'), ...(after ?? [])];
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
