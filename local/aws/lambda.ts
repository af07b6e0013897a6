import {
  environmentBytes,
  MAX_ENVIRONMENT_BYTES,
} from '../../lambda/contract/wiring/environment-size.ts';
import { objectAt, stringAt } from '../json.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  jsonBody,
  jsonResponse,
} from './service.ts';

const route = /^\/2015-03-31\/functions\/([^/]+)\/(configuration|invocations)$/;

function configurationOf(fn: LambdaFunction): AwsResponse {
  const { name, arn, timeoutMs, memoryMb, environment, runtime, handler } = fn.definition();
  return jsonResponse(200, {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: runtime,
    Handler: handler,
    Timeout: timeoutMs / 1000,
    MemorySize: memoryMb,
    Environment: { Variables: environment },
    RevisionId: fn.revisionId(),
    State: 'Active',
    LastUpdateStatus: 'Successful',
  });
}

function configure(fn: LambdaFunction, request: AwsRequest): AwsResponse {
  const input = jsonBody(request);
  const revisionId = stringAt(input, 'RevisionId');
  if (revisionId !== undefined && revisionId !== fn.revisionId()) {
    throw new AwsError(
      412,
      'PreconditionFailedException',
      'The RevisionId provided does not match the latest RevisionId.',
    );
  }
  const { environment } = fn.definition();
  const variables =
    'Environment' in input ? objectAt(objectAt(input, 'Environment'), 'Variables') : environment;
  const wanted = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, String(value)]),
  );
  if (environmentBytes(wanted) > MAX_ENVIRONMENT_BYTES) {
    throw new AwsError(
      400,
      'InvalidParameterValueException',
      'Lambda was unable to configure your environment variables because they exceed the 4KB limit.',
    );
  }
  fn.replaceEnvironment(wanted);
  return configurationOf(fn);
}

async function invoke(fn: LambdaFunction, request: AwsRequest): Promise<AwsResponse> {
  const result = await fn.invoke(jsonBody(request));
  if (result.ok) return { status: 200, body: result.payload };
  const { errorType, errorMessage } = result;
  return {
    status: 200,
    headers: { 'X-Amz-Function-Error': 'Unhandled' },
    body: JSON.stringify({ errorType, errorMessage }),
  };
}

/**
 * Lambda over HTTP: reading and replacing a function's environment, and calling it.
 *
 * An update is active at once.
 * Source: AWS Lambda API Reference, `GetFunctionConfiguration`, `UpdateFunctionConfiguration`,
 * `Invoke`.
 *
 * @param functionFor finds a function by its name or ARN
 */
export function lambda(functionFor: (id: string) => LambdaFunction | undefined): AwsService {
  return (request) => {
    const [, encodedId, resource] = route.exec(request.path) ?? [];
    if (encodedId === undefined) return undefined;
    const id = decodeURIComponent(encodedId);
    const fn = functionFor(id);
    if (fn === undefined) {
      throw new AwsError(404, 'ResourceNotFoundException', `Function not found: ${id}`);
    }
    if (resource === 'invocations') return invoke(fn, request);
    return request.method === 'PUT' ? configure(fn, request) : configurationOf(fn);
  };
}
