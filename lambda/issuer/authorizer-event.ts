import type { IssuerStage } from '../contract/wiring/issuer.ts';

/** What API Gateway would send to the authorizer for a token, as far as the authorizer reads it. */
export function authorizerEvent(
  token: string,
  { arn, apiId, stageName: stage, isHttpApi }: IssuerStage,
  headerName: string,
  sourceIp: string,
): object {
  const requestContext = { requestId: 'rotation-test', apiId, stage };
  return isHttpApi
    ? {
        version: '2.0',
        type: 'REQUEST',
        routeArn: `${arn}GET/`,
        routeKey: 'GET /',
        rawPath: '/',
        headers: { [headerName.toLowerCase()]: token },
        requestContext: { ...requestContext, http: { method: 'GET', path: '/', sourceIp } },
      }
    : {
        type: 'REQUEST',
        methodArn: `${arn}GET/`,
        httpMethod: 'GET',
        resource: '/',
        path: '/',
        headers: { [headerName]: token },
        multiValueHeaders: { [headerName]: [token] },
        requestContext: { ...requestContext, identity: { sourceIp } },
      };
}
