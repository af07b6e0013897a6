import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { digestOf, tokenIdOf } from '../../lambda/contract/token/token-digest.ts';
import { parseTokenList } from '../../lambda/contract/token/token-list.ts';
import { parseClientOutput } from '../../lambda/contract/wiring/client-output.ts';
import type { Outputs } from './cdk.ts';
import { statusFor } from './probe.ts';
import type { Recorder } from './recorder.ts';
import type { Deployed, Listed } from './token-life.ts';
import { clientConfig } from './workspace.ts';

const UPDATED_WITHIN_SECONDS = 30;

/** A deployment that came after a rotation. */
export interface Redeployed extends Deployed {
  readonly endpoint: string;
  readonly stackName: string;
  readonly outputs: Outputs;
}

/**
 * Looks at the authorizer's environment after a deployment: the secrets decide what is in it, and
 * the issuer puts it right when CloudFormation asks. A deployment to MiniStack reads the secrets
 * anew, so that an older environment has to be put there by hand.
 */
export async function environmentRepair(
  { operator, apiUrl, cacheTtl, endpoint, stackName, outputs }: Redeployed,
  { check, wait }: Recorder,
): Promise<void> {
  const cloudFormation = new CloudFormationClient(clientConfig(endpoint));
  const lambda = new LambdaClient(clientConfig(endpoint));
  const { StackResourceSummaries = [] } = await cloudFormation.send(
    new ListStackResourcesCommand({ StackName: stackName }),
  );
  const FunctionName = StackResourceSummaries.find(({ LogicalResourceId = '' }) =>
    /^ApiTokenAuthorizerFunction[0-9A-F]{8}$/.test(LogicalResourceId),
  )?.PhysicalResourceId;
  const environment = async () => {
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    return Environment?.Variables ?? {};
  };

  await check("a deployment's environment has every token of the rotations before it", async () => {
    const { clients } = await operator.ask<Listed>(['list']);
    const listed = clients.map(({ tokens }) => tokens.map(({ id }) => id));
    const ofClients = Object.entries(await environment()).filter(([name]) =>
      name.startsWith('API_TOKEN_'),
    );
    const deployed = ofClients.map(([, value]) =>
      parseTokenList(value).map((entry) => tokenIdOf(entry?.digest ?? '')),
    );
    assert.deepEqual(new Set(deployed.map(String)), new Set(listed.map(String)));
    return `${listed.flat().length} tokens of ${listed.length} clients`;
  });

  await check(
    'a deployment asks the issuer to compare the environment with the secrets',
    async () => {
      const { StackEvents = [] } = await cloudFormation.send(
        new DescribeStackEventsCommand({ StackName: stackName }),
      );
      const statuses = StackEvents.filter(
        ({ ResourceType }) => ResourceType === 'Custom::ApiTokenEnvironment',
      ).map(({ ResourceStatus }) => ResourceStatus);
      assert.ok(statuses.includes('UPDATE_COMPLETE'), statuses.join(', '));
      return undefined;
    },
  );

  await check('an older environment is repaired when CloudFormation asks', async () => {
    const token = await operator.show('ae-plugin');
    const older = { API_TOKEN_PLUGIN: `sha256:${digestOf('an older token')}` };
    const before = await environment();
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        Environment: { Variables: { ...before, ...older } },
      }),
    );
    await waitUntilFunctionUpdatedV2(
      { client: lambda, maxWaitTime: UPDATED_WITHIN_SECONDS, minDelay: 1 },
      { FunctionName },
    );
    await wait(cacheTtl);
    assert.equal(await statusFor(apiUrl, token), 401);

    const answer = await askAsCloudFormation(lambda, rotationFunctionIn(outputs));
    assert.equal(answer.Status, 'SUCCESS', answer.Reason);
    assert.deepEqual(await environment(), before);
    assert.equal(await statusFor(apiUrl, token), 200);
    return undefined;
  });
}

function rotationFunctionIn(outputs: Outputs): string {
  const clients = Object.values(outputs).map(parseClientOutput);
  return clients.find((client) => client?.rotationFunction)?.rotationFunction ?? '';
}

/** Sends a function the update of a custom resource, and waits for what it tells CloudFormation. */
async function askAsCloudFormation(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<{ readonly Status: string; readonly Reason?: string }> {
  const answered = Promise.withResolvers<{ Status: string; Reason?: string }>();
  const server = createServer(async (request, response) => {
    answered.resolve(JSON.parse((await request.toArray()).join('')));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName,
        Payload: JSON.stringify({
          RequestType: 'Update',
          RequestId: randomUUID(),
          ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
          StackId: 'a-stack',
          LogicalResourceId: 'Environment',
          PhysicalResourceId: 'Environment',
          ResourceProperties: {},
        }),
      }),
    );
    if (FunctionError !== undefined) throw new Error(Buffer.from(Payload ?? []).toString());
    return await answered.promise;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
