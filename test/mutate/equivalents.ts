/** A mutant that no test can find, because the program does the same. */
export interface Equivalent {
  /** Below `lambda/`. */
  readonly file: string;
  /** The lines as they are, and as they would be, with single spaces. */
  readonly from: string;
  readonly to: string;
  /** The proof. */
  readonly because: string;
}

/** Every mutant that may survive. An entry that no longer holds fails the run. */
export const equivalents: readonly Equivalent[] = [
  {
    file: 'authorizer/authorizer.ts',
    from: 'if (name.length === headerName.length && name.toLowerCase() === headerName) {',
    to: 'if (true && name.toLowerCase() === headerName) {',
    because:
      'A name that is ASCII in lower case had the same length before: to look at it saves time.',
  },
  {
    file: 'authorizer/authorizer.ts',
    from: 'if (valueCount === 0 && isOfHttpApi(event)) {',
    to: 'if (true && isOfHttpApi(event)) {',
    because:
      'The event of an HTTP API has no multiValueHeaders, so the count is 0: to look at it first saves time.',
  },
  {
    file: 'authorizer/client-answers.ts',
    from: 'policyDocument: policyFor(stage.arnPrefix, routes[stage.apiIndex] ?? [], allowedSources),',
    to: 'policyDocument: policyFor(stage.arnPrefix, routes[stage.apiIndex] ?? ["Stryker was here"], allowedSources),',
    because: 'The registry has a list of routes for each API of the client, or it is malformed.',
  },
  {
    file: 'authorizer/table-authorizer.ts',
    from: 'const { routes = {}, leaks = [] } = apis[apiIndex] ?? {};',
    to: 'const { routes = {}, leaks = ["Stryker was here"] } = apis[apiIndex] ?? {};',
    because: 'The table has as many APIs as the registry says, and each has its leaks.',
  },
  {
    file: 'contract/access/source-fault.ts',
    from: "const [address = '', length, ...rest] = String(source).split('/');",
    to: `const [address = "Stryker was here!", length, ...rest] = String(source).split('/');`,
    because: 'What is split always has a first part.',
  },
  {
    file: 'contract/access/source-fault.ts',
    from: 'const [before = [], after] = groups',
    to: 'const [before = ["Stryker was here"], after] = groups',
    because: 'What is split always has a first part.',
  },
  {
    file: 'contract/access/source.ts',
    from: "const [address = '', length] = source.split('/');",
    to: `const [address = "Stryker was here!", length] = source.split('/');`,
    because: 'What is split always has a first part.',
  },
  {
    file: 'contract/access/source.ts',
    from: 'if (!isIPv6(address)) return false;',
    to: 'if (false) return false;',
    because: 'A `BlockList` of Node finds that what is no address is in none of its blocks.',
  },
  {
    file: 'contract/access/source.ts',
    from: "return mapped.check(address, 'ipv6')",
    to: 'return mapped.check(address, "")',
    because: 'A `BlockList` of Node takes each family but `ipv4` for `ipv6`.',
  },
  {
    file: 'contract/access/source.ts',
    from: "? lists.ipv4.check(address, 'ipv6')",
    to: '? lists.ipv4.check(address, "")',
    because: 'A `BlockList` of Node takes each family but `ipv4` for `ipv6`.',
  },
  {
    file: 'contract/access/source.ts',
    from: ": lists.ipv6.check(address, 'ipv6');",
    to: ': lists.ipv6.check(address, "");',
    because: 'A `BlockList` of Node takes each family but `ipv4` for `ipv6`.',
  },
  {
    file: 'contract/wiring/issuer.ts',
    from: "secretId: ids[index] ?? '',",
    to: 'secretId: ids[index] ?? "Stryker was here!",',
    because:
      'The number of ids is compared with that of the clients just before: each client has one.',
  },
  {
    file: 'expiry/token-ends.ts',
    from: "const ahead = parseTokenList(variables[variable] ?? '')",
    to: 'const ahead = parseTokenList(variables[variable] ?? "Stryker was here!")',
    because: 'The three words are read as plain tokens, which have no end and are left out.',
  },
  {
    file: 'issuer/revocation.ts',
    from: "if (pendingVersion !== undefined && (pendingState === 'stale' || pendingVersion === versionId)) {",
    to: "if (true && (pendingState === 'stale' || pendingVersion === versionId)) {",
    because:
      'Without a pending version there is no state of one, and an operation always has an id.',
  },
  {
    file: 'token/digest-table.ts',
    from: 'const slots: (T | undefined)[] = Array(slotCount);',
    to: 'const slots: (T | undefined)[] = Array();',
    because:
      'A slot past the end of an array is empty too: with the length, the array need not grow.',
  },
  {
    file: 'token/digest-table.ts',
    from: 'slot = (slot + 1) & (slotCount - 1);',
    to: 'slot = (slot - 1) & (slotCount - 1);',
    because:
      'Entries are placed and found by the same steps, which pass all slots in either order.',
  },
  {
    file: 'token/known-tokens.ts',
    from: 'const misplaced = entry.token === undefined ? undefined : misplacement(entry.token, client);',
    to: 'const misplaced = false ? undefined : misplacement(entry.token, client);',
    because: 'A verifier has no token, and what is no token of our format is never misplaced.',
  },
  {
    file: 'token/known-tokens.ts',
    from: '} else if (!known || (expiresAt ?? NEVER) < (known.expiresAt ?? NEVER)) {',
    to: '} else if (!known || (expiresAt ?? NEVER) <= (known.expiresAt ?? NEVER)) {',
    because: 'With the same end, the new entry equals the one that it replaces.',
  },
  {
    file: 'token/recognise-token.ts',
    from: "if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return 'malformed_token';",
    to: "if (typeof token !== 'string' || false) return 'malformed_token';",
    because: 'The check of the text refuses it too, for the same reason: this only saves the hash.',
  },
  {
    file: 'token/recognise-token.ts',
    from: "if (typeof recognised === 'string') return recognised;",
    to: 'if (false) return recognised;',
    because: 'A reason has no expiresAt, and what has none is returned as it is.',
  },
  {
    file: 'token/recognise-token.ts',
    from: "if (typeof recognised === 'string') return recognised;",
    to: 'if (typeof recognised === "") return recognised;',
    because: 'A reason has no expiresAt, and what has none is returned as it is.',
  },
  {
    file: 'token/recognise-token.ts',
    from: "return expiresAt !== undefined && now() >= expiresAt ? 'expired_token' : recognised;",
    to: "return true && now() >= expiresAt ? 'expired_token' : recognised;",
    because: 'Every comparison of a number with undefined is false.',
  },
];
