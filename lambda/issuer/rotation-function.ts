import type { CloudFormationCustomResourceEvent, SecretsManagerRotationEvent } from 'aws-lambda';
import { parseIssuerOperation, parseVersion } from '../contract/wiring/issuer.ts';
import { answerCustomResource, type SendResponse } from './custom-resource.ts';
import { revoke } from './revocation.ts';
import { type RotationPorts, rotate, rotationSteps, runRotationStep } from './rotation.ts';
import { syncEnvironment } from './sync-environment.ts';

/** Whoever calls the rotation function: Secrets Manager, CloudFormation, or an operator. */
export type RotationEvent =
  | SecretsManagerRotationEvent
  | CloudFormationCustomResourceEvent
  | Readonly<Record<string, unknown>>;

/**
 * Builds the rotation function. From Secrets Manager it takes the four steps of a rotation; from
 * CloudFormation, after every deployment that touches the authorizer, the order to compare the
 * environment with the secrets; from an operator, an `IssuerOperation`.
 *
 * @param overlapSeconds how long an old token stays valid, unless an operator says otherwise
 */
export function createRotationFunction(
  ports: RotationPorts,
  overlapSeconds: number,
  send?: SendResponse,
): (event: RotationEvent) => Promise<void> {
  return async (event) => {
    if (typeof event !== 'object' || event === null) throw new TypeError('the event is no object');
    if ('Step' in event) {
      const { step, ...version } = parseRotationStep(event);
      await runRotationStep(ports, step, { ...version, overlapSeconds });
    } else if ('RequestType' in event) {
      await compare(ports, event as CloudFormationCustomResourceEvent, send);
    } else {
      const operation = parseIssuerOperation(event);
      if (operation.operation === 'revoke') return revoke(ports, operation);
      await rotate(ports, { overlapSeconds, ...operation });
    }
  };
}

/**
 * Reads a step of Secrets Manager. Without its id, the SDK would make one up for the version.
 *
 * @throws TypeError that names the field that is wrong
 */
function parseRotationStep(event: object) {
  const { Step, SecretId, ClientRequestToken } = event as Partial<SecretsManagerRotationEvent>;
  const step = rotationSteps.find((each) => each === Step);
  if (step === undefined) throw new TypeError('unknown rotation step');
  return { step, ...parseVersion(SecretId, ClientRequestToken) };
}

/**
 * Brings the authorizer up to date for all clients. A secret that cannot be read is no fault of the
 * deployment, and would be there still when CloudFormation rolls back: the deployment goes on, and
 * then the function fails, for its alarm to tell, and for Lambda to repeat what may pass.
 */
async function compare(
  ports: RotationPorts,
  event: CloudFormationCustomResourceEvent,
  send: SendResponse | undefined,
): Promise<void> {
  const unreadable = new Map<string, string>();
  const secretIds = ports.clients.map(({ secretId }) => secretId);
  const work = async () => {
    await syncEnvironment(ports, secretIds, {
      onUnreadable: (clientName, { name, message }) =>
        unreadable.set(clientName, `client ${clientName}: ${name}: ${message}`),
    });
  };
  await answerCustomResource(event, work, send);
  if (unreadable.size > 0) {
    throw new Error(`not synchronised: ${[...unreadable.values()].join('; ')}`);
  }
}
