import { JwtVerifier } from 'aws-jwt-verify';
import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

const { ISSUER: issuer = '', AUDIENCE: audience = '', JWKS: jwks = '' } = process.env;

const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks.json` });
// On AWS, the first call would fetch the keys from the issuer.
verifier.cacheJwks(JSON.parse(jwks) as Parameters<typeof verifier.cacheJwks>[0]);

const ROUTES = ['POST/jobs', 'GET/jobs', 'GET/jobs/?*'];

/** A JSON web token signed with RS256 instead of an API token, verified by aws-jwt-verify. */
export const handler = async ({ headers, methodArn }: APIGatewayRequestAuthorizerEvent) => {
  const name = Object.keys(headers ?? {}).find((each) => each.toLowerCase() === 'x-api-token');
  const claims = await verifier.verify(headers?.[name ?? ''] ?? '').catch(() => {
    throw new Error('Unauthorized');
  });
  const stage = methodArn.split('/').slice(0, 2).join('/');
  return {
    principalId: claims.sub ?? '',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: 'Allow',
          Resource: ROUTES.map((route) => `${stage}/${route}`),
        },
      ],
    },
    context: { clientName: claims.sub, permissions: claims.scope },
  };
};
