import { expect, test } from '@jest/globals';
import { environmentBytes } from '../../../../lambda/contract/wiring/environment-size.ts';
import { ensureFirstToken } from '../../../../lambda/issuer/ensure-first-token.ts';
import { rotationSteps, runRotationStep } from '../../../../lambda/issuer/rotation.ts';
import { syncEnvironment } from '../../../../lambda/issuer/sync-environment.ts';
import {
  type ClientProps,
  largestEnvironment,
} from '../../../../lib/authorizer/clients/client-props.ts';
import { FakeAws, SECRETS } from '../../../support/fake-aws.ts';

test('a client takes as many bytes as the issuer writes at most, in a second rotation within the overlap', async () => {
  const aws = new FakeAws();
  aws.addSecret(SECRETS.bravo, 'bravo', 'API_TOKEN_BRAVO');
  await ensureFirstToken(
    aws.secrets,
    {
      secretId: SECRETS.bravo,
      clientName: 'bravo',
      versionId: 'version-1',
      prefix: aws.prefix,
      isNew: true,
    },
    aws.now,
  );
  await syncEnvironment(aws, [SECRETS.bravo]);
  let most = 0;
  aws.beforeCall = async () => {
    most = Math.max(most, Buffer.byteLength(JSON.stringify(aws.environment.variables)));
  };
  for (const versionId of ['version-2', 'version-3', 'version-4']) {
    for (const step of rotationSteps) {
      const rotation = { secretId: SECRETS.bravo, versionId, overlapSeconds: 86_400 };
      await runRotationStep(aws, step, rotation);
    }
  }
  const bravo: ClientProps = {
    name: 'bravo',
    environmentVariable: 'API_TOKEN_BRAVO',
    permissions: ['job.read'],
  };
  expect(environmentBytes(largestEnvironment([bravo], false))).toBe(most);
});
