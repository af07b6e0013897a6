import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { serializeAuthorizerContext } from '../contract/access/authorizer-context.ts';
import { sourceMatcher } from '../contract/access/source.ts';
import type { KnownToken } from '../token/known-tokens.ts';
import { apiTokenOf } from '../token/recognise-token.ts';
import { policyFor } from './policy.ts';
import type { Stage } from './stage.ts';

/** What was built for a token at its first use on a stage. */
export interface ClientAnswers {
  readonly stage: Stage;
  /** The promise itself, so that a call of a known token makes nothing new. */
  readonly allow: Promise<APIGatewayAuthorizerResult>;
  /** Whether the client may call from an address; absent: from each. */
  readonly isAllowedFrom?: (address: unknown) => boolean;
}

/** Builds the answers for a token of a client in the environment. */
export function clientAnswers(known: KnownToken<ClientAnswers>, stage: Stage): ClientAnswers {
  const { name, routes, usageIdentifierKey, allowedSources } = known.client;
  return {
    stage,
    allow: Promise.resolve({
      principalId: name,
      policyDocument: policyFor(stage.arnPrefix, routes[stage.apiIndex] ?? [], allowedSources),
      context: serializeAuthorizerContext(apiTokenOf(known)),
      ...(usageIdentifierKey && { usageIdentifierKey }),
    }),
    ...(allowedSources && { isAllowedFrom: sourceMatcher(allowedSources) }),
  };
}
