import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import { logLine } from '../../../lambda/log.ts';
import registry from './registry.json' with { type: 'json' };
import { prepareDigest } from './web-hash.ts';

const authorize = createAuthorizer(registry, process.env, logLine, Date.now);

/** Our authorizer with a digest of Web Crypto, which precedes it. */
export const handler = async (event: APIGatewayRequestAuthorizerEvent) => {
  const headers = event.headers ?? {};
  const token = headers['X-API-Token'] ?? headers['x-api-token'] ?? headers['X-Api-Token'] ?? '';
  await prepareDigest(token);
  return authorize(event);
};
