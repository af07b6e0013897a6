import type { Item } from '../../../lambda/contract/table/attributes.ts';
import type { KeyUsage } from '../../api/authorize/usage-plans.ts';
import type { ClientTable } from '../../client-tables.ts';
import type { Client } from '../../clients.ts';
import { operatorCommand, rotateCommand } from '../../operator-command.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { ServedStage } from '../../served-stages.ts';
import { limitsEntry } from '../client-entries.ts';
import { safeText } from '../request-entry.ts';
import type { ClientDetails, TokenEntry } from './entries.ts';
import { readClient, stateOf } from './table-clients.ts';
import { type KnownToken, secretTokens, tableTokens } from './token-entries.ts';

/** What a client's details are made of, whichever kind it is. */
export interface Surroundings {
  /** The stages whose authorizer knows the client. */
  readonly stages: readonly ServedStage[];
  /** Whether several stacks have clients. */
  readonly areSeveralStacks: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** When some tokens were last used at these stages, in milliseconds since 1970. */
  readonly lastUsed: (tokenIds: readonly string[]) => ReadonlyMap<string, number>;
}

function commandsFor(name: string, stack: string | null): ClientDetails['commands'] {
  return [
    {
      does: 'New token; the old one stays valid for a while',
      command: rotateCommand(name, stack),
    },
    {
      does: 'End the previous token',
      command: operatorCommand(`revoke ${name} --previous`, stack),
    },
    { does: 'End every token', command: operatorCommand(`revoke ${name}`, stack) },
  ];
}

function withUses(tokens: readonly KnownToken[], lastUsed: Surroundings['lastUsed']): TokenEntry[] {
  const uses = lastUsed(tokens.map(({ id }) => id));
  return tokens.map((token) => ({ ...token, lastUsedAt: uses.get(token.id) ?? null }));
}

const apisOf = (stages: readonly ServedStage[]) =>
  stages.map(({ api, url }) => ({ label: api.label ?? null, url }));

/** All that the console knows of a client in code. */
export function codeClientDetails(
  { name, token, output, stackName }: Client,
  secret: Secret | undefined,
  usage: KeyUsage | undefined,
  { stages, areSeveralStacks, now, lastUsed }: Surroundings,
): ClientDetails {
  const stack = areSeveralStacks ? stackName : null;
  const { permissions = [], allowedSources = [], rotationFunction } = output;
  return {
    name,
    kind: 'code',
    stack,
    table: null,
    state: token === undefined ? 'no token' : 'active',
    readyAt: null,
    isInCodeToo: false,
    permissions: [...permissions],
    allowedSources: [...allowedSources],
    apis: apisOf(stages),
    plan: null,
    limits: usage === undefined ? null : limitsEntry(usage),
    tokens: withUses(secret === undefined ? [] : secretTokens(secret, token, now), lastUsed),
    commands: rotationFunction === undefined ? [] : commandsFor(name, stack),
  };
}

/**
 * All that the console knows of a client of a table.
 *
 * @param usageOf what the key with a value has used
 * @param isInCodeToo whether the same stack has a client in code of this name
 */
export function tableClientDetails(
  name: string,
  item: Item,
  { stackName, tableName: table }: ClientTable,
  usageOf: (keyValue: string) => KeyUsage | undefined,
  isInCodeToo: boolean,
  { stages, areSeveralStacks, now, lastUsed }: Surroundings,
): ClientDetails {
  const stack = areSeveralStacks ? stackName : null;
  const client = readClient(item);
  const common = { name, kind: 'table', stack, table, isInCodeToo, apis: apisOf(stages) } as const;
  if (client === undefined) {
    return {
      ...common,
      state: 'malformed',
      readyAt: null,
      permissions: [],
      allowedSources: [],
      plan: null,
      limits: null,
      tokens: [],
      commands: [],
    };
  }
  const state = stateOf(client, now);
  const { permissions, allowedSources, plan, usageIdentifierKey, readyAt } = client;
  const usage = usageIdentifierKey === undefined ? undefined : usageOf(usageIdentifierKey);
  return {
    ...common,
    state,
    readyAt: state === 'pending' ? (readyAt ?? null) : null,
    permissions: [...permissions],
    allowedSources: [...allowedSources],
    plan: plan === undefined ? null : safeText(plan),
    limits: usage === undefined ? null : limitsEntry(usage),
    tokens: withUses(tableTokens(client, now), lastUsed),
    // While the code decides, the operator's command means that client.
    commands: isInCodeToo ? [] : commandsFor(name, stack),
  };
}
