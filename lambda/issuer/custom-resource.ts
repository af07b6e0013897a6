import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { type Log, logLine } from '../log.ts';

/** Sends a response to CloudFormation: a PUT to the URL that came with the request. */
export type SendResponse = (url: string, body: string) => Promise<unknown>;

const put: SendResponse = async (url, body) => {
  const response = await fetch(url, { method: 'PUT', body, headers: { 'Content-Type': '' } });
  if (!response.ok) throw new Error(`CloudFormation answered ${response.status}`);
};

const REQUEST_TYPES: readonly string[] = ['Create', 'Update', 'Delete'];

/**
 * Handles a custom resource of which creating and updating are the same work, and deleting is none.
 * CloudFormation always gets an answer: without one it would wait for an hour.
 *
 * Source: AWS CloudFormation User Guide, "Custom resource request and response reference".
 */
export async function answerCustomResource(
  event: CloudFormationCustomResourceEvent,
  work: (properties: Readonly<Record<string, unknown>>) => Promise<void>,
  send: SendResponse = put,
  log: Log = logLine,
): Promise<void> {
  const { RequestType, RequestId, StackId, LogicalResourceId, ResponseURL } = event;
  let failure: string | undefined;
  try {
    if (!REQUEST_TYPES.includes(RequestType)) throw new TypeError('unknown RequestType');
    if (RequestType !== 'Delete') await work(event.ResourceProperties);
  } catch (error) {
    const { name, message } = error as Error;
    failure = `${name}: ${message}`;
    log('ERROR', { event: 'fault', reason: failure, requestId: RequestId });
  }
  await send(
    ResponseURL,
    JSON.stringify({
      Status: failure === undefined ? 'SUCCESS' : 'FAILED',
      Reason: failure,
      PhysicalResourceId:
        'PhysicalResourceId' in event ? event.PhysicalResourceId : LogicalResourceId,
      StackId,
      RequestId,
      LogicalResourceId,
    }),
  );
}
