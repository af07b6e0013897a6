/** What tells the issuer's functions where they are; one variable each. */
export const issuerVariables = {
  prefix: 'TOKEN_PREFIX',
  overlapSeconds: 'OVERLAP_SECONDS',
  authorizerFunction: 'AUTHORIZER_FUNCTION',
  headerName: 'HEADER_NAME',
  restApiId: 'REST_API_ID',
  stageName: 'STAGE_NAME',
  /** ARN of the API's stage, as a policy names it: `arn:…:execute-api:…/prod/`. */
  stageArn: 'STAGE_ARN',
} as const;

/** What an operator may ask of the rotation function. The answer never holds a token. */
export type IssuerOperation =
  | {
      readonly operation: 'rotate';
      readonly secretId: string;
      /** The id of the version to write, a UUID: the same one to repeat the request. */
      readonly versionId: string;
      /** How long the old token stays valid, in seconds; left out: what the stack was deployed with. */
      readonly overlapSeconds?: number;
    }
  | {
      readonly operation: 'revoke';
      readonly secretId: string;
      /** The id of the version to write, a UUID: the same one to repeat the request. */
      readonly versionId: string;
      readonly tokens: 'previous' | 'all';
    };

/** The longest overlap, in seconds: 30 days. */
export const MAX_OVERLAP_SECONDS = 30 * 24 * 60 * 60;

/**
 * Reads an operator's request.
 *
 * @throws TypeError that names the field that is wrong
 */
export function parseIssuerOperation(value: unknown): IssuerOperation {
  const { operation, secretId, versionId, overlapSeconds, tokens } = Object(value) as Record<
    string,
    unknown
  >;
  if (typeof secretId !== 'string' || secretId === '') throw new TypeError('secretId is missing');
  if (typeof versionId !== 'string' || !/^[\w-]{32,64}$/.test(versionId)) {
    throw new TypeError('versionId must have 32 to 64 characters');
  }
  if (operation === 'rotate') {
    if (overlapSeconds === undefined) return { operation, secretId, versionId };
    if (!isOverlap(overlapSeconds)) {
      throw new TypeError(`overlapSeconds must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}`);
    }
    return { operation, secretId, versionId, overlapSeconds };
  }
  if (operation === 'revoke') {
    if (tokens !== 'previous' && tokens !== 'all') {
      throw new TypeError('tokens must be previous or all');
    }
    return { operation, secretId, versionId, tokens };
  }
  throw new TypeError('operation must be rotate or revoke');
}

/** Whether a value can be an overlap: whole seconds, 0 to 30 days. */
export function isOverlap(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_OVERLAP_SECONDS;
}
