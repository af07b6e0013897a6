const BITS = { ipv4: 32, ipv6: 128 } as const;

/**
 * Makes a function that says whether an address is among the sources from which a client may call. It
 * never throws: what is no address is not among them.
 *
 * An IPv4 address in the notation of IPv6 is that IPv4 address, and a block of IPv6 has no other.
 *
 * @param sources addresses and blocks in CIDR notation, as `sourceFault` takes them
 */
export function sourceMatcher(sources: readonly string[]): (address: unknown) => boolean {
  // Not imported: a client without sources does not wait for it.
  const { BlockList, isIPv4, isIPv6 } = process.getBuiltinModule('node:net');
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  const mapped = new BlockList();
  mapped.addSubnet('::ffff:0:0', 96, 'ipv6');
  for (const source of sources) {
    const [address = '', length] = source.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    lists[family].addSubnet(address, Number(length ?? BITS[family]), family);
  }
  return (address) => {
    if (typeof address !== 'string') return false;
    if (isIPv4(address)) return lists.ipv4.check(address, 'ipv4');
    if (!isIPv6(address)) return false;
    return mapped.check(address, 'ipv6')
      ? lists.ipv4.check(address, 'ipv6')
      : lists.ipv6.check(address, 'ipv6');
  };
}
