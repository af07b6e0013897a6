import type { Grant } from '../contract/access/permission.ts';
import { LONGEST_SOURCES } from '../contract/access/source-fault.ts';
import { policyErrors } from '../contract/policy-proof/policy-errors.ts';
import type { ClientItem } from '../contract/table/client-item.ts';
import type { TokenItem } from '../contract/table/token-item.ts';
import type { ClientFunctionRegistry } from '../contract/wiring/client-function.ts';
import type { ClientPorts } from './ports.ts';
import { refuse } from './refusal.ts';

/** Says in synth's sentences why a client may not have these permissions; `undefined` if it may. */
export type PermissionCheck = (name: string, permissions: readonly Grant[]) => string | undefined;

/**
 * Checks permissions as synth does. Clients share them, so each set that is right is decided once: where
 * clients can have sources, with room for the most of them.
 */
export function permissionCheck(registry: ClientFunctionRegistry): PermissionCheck {
  const room = registry.allowedSources ? { allowedSources: LONGEST_SOURCES } : {};
  const right = new Set<string>();
  return (name, permissions) => {
    const grants = permissions.join(' ');
    if (right.has(grants)) return undefined;
    const errors = policyErrors([{ name, permissions, ...room }], registry.apis);
    if (errors.length > 0) return errors.join('; ');
    right.add(grants);
    return undefined;
  };
}

/** @throws OperationRefused if the client may not have these permissions */
export function checkPermissions(
  check: PermissionCheck,
  name: string,
  permissions: readonly Grant[],
): void {
  const refusal = check(name, permissions);
  if (refusal !== undefined) refuse(refusal);
}

/** @throws OperationRefused unless it is one of the plans, or there are none and it is left out */
export function checkPlan({ plans }: ClientFunctionRegistry, plan: string | undefined): void {
  if (plans.length === 0 && plan !== undefined) {
    refuse(`there are no usage plans, so leave plan ${plan} out`);
  }
  if (plans.length > 0 && (plan === undefined || !plans.includes(plan))) {
    refuse(
      `${plan === undefined ? 'plan is missing' : `there is no plan ${plan}`}: name one of ${plans.join(', ')}`,
    );
  }
}

/** What a client with sources needs of the deployment. */
export const NEEDS_ADDRESSES =
  "API Gateway keeps the authorizer's results per token and not per address: deploy with clientTable.allowedSources: true first";

/** @throws OperationRefused if there are sources, and the stack was deployed without */
export function checkSources(
  { allowedSources: isDeployed }: ClientFunctionRegistry,
  name: string,
  sources: readonly string[] = [],
): void {
  if (sources.length > 0 && !isDeployed) {
    refuse(`client ${name} cannot be bound to addresses: ${NEEDS_ADDRESSES}`);
  }
}

/** @throws OperationRefused if the digest is in the table: a token has one client, and one life */
export function checkIsNewToken(token: TokenItem | undefined, clientName: string): void {
  if (token === undefined) return;
  if (token.clientName !== clientName) {
    refuse(`the token is one of client ${token.clientName}: give client ${clientName} another`);
  }
  refuse(`the token of client ${clientName} was replaced or ended: make another`);
}

/**
 * Reads a client that is to be changed.
 *
 * @throws OperationRefused if there is none
 */
export async function requireClient({ table }: ClientPorts, name: string): Promise<ClientItem> {
  const client = await table.client(name);
  if (client === undefined) return refuse(`there is no client ${name} in the table: create it`);
  if (client.state === 'deleted') refuse(`client ${name} is being deleted: repeat the deletion`);
  return client;
}
