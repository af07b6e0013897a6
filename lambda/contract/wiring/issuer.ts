/** What tells the issuer's functions where they are; one variable each. */
export const issuerVariables = {
  /** The clients' secrets in the registry's order, with spaces between. */
  secretIds: 'SECRET_IDS',
  prefix: 'TOKEN_PREFIX',
  overlapSeconds: 'OVERLAP_SECONDS',
  authorizerFunction: 'AUTHORIZER_FUNCTION',
  headerName: 'HEADER_NAME',
  /** ARNs of the REST APIs' stages, as {@link serializeStageArns} writes them. */
  stageArns: 'STAGE_ARNS',
  /** ARNs of the HTTP APIs' stages; absent where there are none. */
  httpStageArns: 'HTTP_STAGE_ARNS',
} as const;

/** A stage of an API. */
export interface IssuerStage {
  /** As a policy names it: `arn:…:execute-api:…/prod/`. */
  readonly arn: string;
  readonly apiId: string;
  readonly stageName: string;
  /** REST APIs and HTTP APIs have events and control planes of their own. */
  readonly isHttpApi: boolean;
}

/** Writes ARNs of stages into one variable. */
export function serializeStageArns(arns: readonly string[]): string {
  return arns.join(' ');
}

const STAGE_ARN = /^arn:[^:]+:execute-api(?::[^:]*){2}:(?<apiId>[^:/]+)\/(?<stageName>[^/]+)\/$/;

/**
 * Reads the variables with the ARNs of the stages; an empty or absent one has none.
 *
 * @throws TypeError if one of them is no stage's, or there is no stage, on which a token could be tried
 */
export function parseStageArns(
  restApis: string | undefined,
  httpApis: string | undefined,
): IssuerStage[] {
  const stages = [...stagesIn(restApis, false), ...stagesIn(httpApis, true)];
  if (stages.length === 0) throw new TypeError('there is no stage');
  return stages;
}

function stagesIn(value: string | undefined, isHttpApi: boolean): IssuerStage[] {
  if (!value) return [];
  return value.split(' ').map((arn) => {
    const groups = STAGE_ARN.exec(arn)?.groups as
      | Pick<IssuerStage, 'apiId' | 'stageName'>
      | undefined;
    if (!groups) throw new TypeError(`not the ARN of a stage: ${arn}`);
    return { arn, ...groups, isHttpApi };
  });
}

/** A client as the rotation function knows it. */
export interface IssuerClient {
  readonly name: string;
  /** The authorizer's variable for the client's verifiers. */
  readonly variable: string;
  /** ARN of the client's secret. */
  readonly secretId: string;
  /** An address from which the client may call, where it may not from all: to try its tokens from. */
  readonly source?: string;
}

/** What travels with the rotation function's bundle; ARNs are known only when it is deployed. */
export type IssuerRegistry = readonly Omit<IssuerClient, 'secretId'>[];

/**
 * Puts the bundled registry and the deployed secrets together. Only a deployment changes either: a
 * secret's tags may be changed by people who may not read it.
 *
 * @param secretIds the value of the variable `SECRET_IDS`
 * @throws TypeError if they do not fit
 */
export function parseIssuerClients(registry: unknown, secretIds: string): IssuerClient[] {
  const ids = secretIds.split(' ');
  const isRegistry =
    Array.isArray(registry) &&
    registry.every(
      (client) =>
        isText(client?.name) &&
        isText(client.variable) &&
        (client.source === undefined || isText(client.source)),
    );
  if (!isRegistry) throw new TypeError('malformed registry of the issuer');
  if (ids.length !== registry.length || new Set(ids).size !== ids.length || !ids.every(isText)) {
    throw new TypeError(`${registry.length} clients, but SECRET_IDS names ${ids.length} secrets`);
  }
  return (registry as IssuerRegistry).map(({ name, variable, source }, index) => ({
    name,
    variable,
    secretId: ids[index] ?? '',
    ...(source !== undefined && { source }),
  }));
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

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
  const version = parseVersion(secretId, versionId);
  if (operation === 'rotate') {
    if (overlapSeconds === undefined) return { operation, ...version };
    if (!isOverlap(overlapSeconds)) {
      throw new TypeError(`overlapSeconds must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}`);
    }
    return { operation, ...version, overlapSeconds };
  }
  if (operation === 'revoke') {
    if (tokens !== 'previous' && tokens !== 'all') {
      throw new TypeError('tokens must be previous or all');
    }
    return { operation, ...version, tokens };
  }
  throw new TypeError('operation must be rotate or revoke');
}

/**
 * Reads which version of which secret is meant.
 *
 * Source: Secrets Manager API Reference, PutSecretValue, `ClientRequestToken`.
 *
 * @throws TypeError that names the field that is wrong
 */
export function parseVersion(
  secretId: unknown,
  versionId: unknown,
): { readonly secretId: string; readonly versionId: string } {
  if (typeof secretId !== 'string' || secretId === '') throw new TypeError('secretId is missing');
  if (typeof versionId !== 'string' || !/^[\w-]{32,64}$/.test(versionId)) {
    throw new TypeError('versionId must have 32 to 64 characters');
  }
  return { secretId, versionId };
}

/** Whether a value can be an overlap: whole seconds, 0 to 30 days. */
export function isOverlap(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_OVERLAP_SECONDS;
}
