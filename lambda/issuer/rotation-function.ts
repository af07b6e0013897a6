import type { CloudFormationCustomResourceEvent, SecretsManagerRotationEvent } from 'aws-lambda';
import { parseIssuerOperation } from '../contract/issuer.ts';
import { readClientSecret } from './client-secret.ts';
import { answerCustomResource, type SendResponse } from './custom-resource.ts';
import { syncEnvironment } from './environment.ts';
import { revoke } from './revocation.ts';
import {
  type RotationPorts,
  type RotationStep,
  rotationSteps,
  runRotationStep,
} from './rotation.ts';

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
    if ('Step' in event) {
      const { Step, SecretId, ClientRequestToken } = event as SecretsManagerRotationEvent;
      if (!rotationSteps.includes(Step)) throw new TypeError('unknown rotation step');
      const rotation = { secretId: SecretId, versionId: ClientRequestToken, overlapSeconds };
      await runRotationStep(ports, Step as RotationStep, rotation);
    } else if ('RequestType' in event) {
      await answerCustomResource(
        event as CloudFormationCustomResourceEvent,
        async ({ SecretIds }) => {
          await syncEnvironment(ports, SecretIds as string[]);
        },
        send,
      );
    } else {
      const operation = parseIssuerOperation(event);
      if (operation.operation === 'revoke') return revoke(ports, operation);
      const rotation = { overlapSeconds, ...operation };
      for (const step of rotationSteps) await runRotationStep(ports, step, rotation);
      // Secrets Manager wants to find the label where its own rotations left it; this is none. A
      // repeat of a request finds it gone, and taking it away again would be an error.
      const { isLabelLeft } = await readClientSecret(ports.secrets, operation.secretId);
      if (isLabelLeft) await ports.secrets.abandon(operation.secretId, operation.versionId);
    }
  };
}
