import type { MethodOptions, Model } from 'aws-cdk-lib/aws-apigateway';
import type { JobOperation } from '../../lambda/jobs/job-operations.ts';
import type { JobModel } from '../../lambda/jobs/job-schemas.ts';

/** What API Gateway answers to any request by itself, in the shape of the model `Error`. */
const GATEWAY_CODES = ['401', '403', '429', '500', '502', '504'];

const PLACES: Readonly<Record<string, string>> = { header: 'header', query: 'querystring' };

/**
 * A method's parameters and responses, as its operation describes them: a Lambda proxy integration does
 * without, and an export of API Gateway shows no others.
 */
export function jobMethodOptions(
  { parameters, responses }: JobOperation,
  models: Readonly<Record<JobModel, Model>>,
): MethodOptions {
  const byRef = new Map(
    Object.entries(models).map(([name, model]) => [`#/components/schemas/${name}`, model]),
  );
  const own = Object.entries(responses).map(([statusCode, { content, headers = {} }]) => {
    const model = byRef.get(content['application/json'].schema.$ref) ?? models.Error;
    const names = Object.keys(headers).map((name) => [`method.response.header.${name}`, true]);
    return {
      statusCode,
      responseModels: { 'application/json': model },
      responseParameters: Object.fromEntries(names),
    };
  });
  const others = GATEWAY_CODES.filter((code) => !(code in responses)).map((statusCode) => ({
    statusCode,
    responseModels: { 'application/json': models.Error },
  }));
  return {
    requestParameters: Object.fromEntries(
      parameters
        .filter((each) => each.in in PLACES)
        .map(({ in: place, name }) => [`method.request.${PLACES[place]}.${name}`, false]),
    ),
    methodResponses: [...own, ...others],
  };
}
