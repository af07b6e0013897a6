import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type LambdaClient,
  PreconditionFailedException,
  ResourceConflictException,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { environmentVariables } from '../contract/wiring/function-environment.ts';
import type { IssuerStage } from '../contract/wiring/issuer.ts';
import { authorizerEvent } from './authorizer-event.ts';
import { type AuthorizerFunction, StaleRevisionError } from './ports.ts';

const POLL_MILLISECONDS = 500;
const MAX_POLLS = 100;

/**
 * The authorizer function through the SDK.
 *
 * @param stages the stages of the APIs whose authorizer it is, for `authorize`
 */
export function awsAuthorizer(
  client: LambdaClient,
  FunctionName: string,
  headerName: string,
  stages: readonly IssuerStage[],
): AuthorizerFunction {
  const configuration = () => client.send(new GetFunctionConfigurationCommand({ FunctionName }));

  async function untilActive(): Promise<void> {
    for (let poll = 0; poll < MAX_POLLS; poll++) {
      const { LastUpdateStatus, LastUpdateStatusReason } = await configuration();
      if (LastUpdateStatus === 'Failed') {
        throw new Error(`the authorizer's update failed: ${LastUpdateStatusReason}`);
      }
      if (LastUpdateStatus !== 'InProgress') return;
      await sleep(POLL_MILLISECONDS);
    }
    throw new Error("the authorizer's update did not end");
  }

  async function answerTo(event: object): Promise<unknown> {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    if (FunctionError !== undefined || Payload === undefined) return undefined;
    return JSON.parse(Buffer.from(Payload).toString()) as unknown;
  }

  return {
    async environment() {
      const found = await configuration();
      const { RevisionId: revisionId } = found;
      // Without one, an update would replace whatever is there by then.
      if (!revisionId) throw new Error("the authorizer's configuration has no revision");
      return { variables: environmentVariables(found) ?? {}, revisionId };
    },

    async updateEnvironment({ variables, revisionId }) {
      try {
        await client.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName,
            Environment: { Variables: variables },
            RevisionId: revisionId,
          }),
        );
      } catch (error) {
        if (
          error instanceof PreconditionFailedException ||
          error instanceof ResourceConflictException
        ) {
          throw new StaleRevisionError(error.name);
        }
        throw error;
      }
      await untilActive();
    },

    async authorize(token, source = '127.0.0.1') {
      const answers: unknown[] = [];
      for (const stage of stages) {
        answers.push(await answerTo(authorizerEvent(token, stage, headerName, source)));
      }
      return answers;
    },
  };
}
