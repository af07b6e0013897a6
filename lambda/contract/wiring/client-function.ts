import type { ApiMethods } from '../policy-proof/rest-method.ts';

/** The variable that names the client table, for every function that reads it. */
export const CLIENT_TABLE_VARIABLE = 'CLIENT_TABLE';

/** What else tells the client function where it is; one variable each. */
export const clientFunctionVariables = {
  /** Ids of the tiers' usage plans in the registry's order, with spaces between; empty without plans. */
  planIds: 'PLAN_IDS',
  /** ARNs of the API's stages, as `serializeStageArns` writes them. */
  stageArns: 'STAGE_ARNS',
  /** ARNs of the HTTP APIs' stages; absent where there are none. */
  httpStageArns: 'HTTP_STAGE_ARNS',
  overlapSeconds: 'OVERLAP_SECONDS',
  /** How old an API key has to be before a client depends on it, in seconds. */
  keyDelaySeconds: 'KEY_DELAY_SECONDS',
} as const;

/** What travels with the client function's bundle. */
export interface ClientFunctionRegistry {
  /** The APIs with all their methods, by which a grant is decided as at synth. */
  readonly apis: readonly ApiMethods[];
  /** The names of the tiers; none where usage plans are left out. */
  readonly plans: readonly string[];
  /** The clients that the app's code has. */
  readonly codeClients: readonly string[];
  /**
   * Whether API Gateway keeps the authorizer's results per address as well, so that clients can be bound to
   * addresses; left out: it does not.
   */
  readonly allowedSources?: boolean;
}

/**
 * Reads the registry that was bundled with the client function.
 *
 * @throws TypeError if it is malformed
 */
export function parseClientFunctionRegistry(value: unknown): ClientFunctionRegistry {
  const { apis, plans, codeClients, allowedSources } = Object(
    value,
  ) as Partial<ClientFunctionRegistry>;
  const isRegistry =
    Array.isArray(apis) &&
    apis.every(isApi) &&
    isTexts(plans) &&
    isTexts(codeClients) &&
    (allowedSources === undefined || typeof allowedSources === 'boolean');
  if (!isRegistry) throw new TypeError('malformed registry of the client function');
  return value as ClientFunctionRegistry;
}

function isApi(value: unknown): boolean {
  const { name, isHttpApi, methods } = Object(value) as Partial<ApiMethods>;
  return (
    isText(name) &&
    typeof isHttpApi === 'boolean' &&
    Array.isArray(methods) &&
    methods.every((method) => isText(method?.httpMethod) && isText(method.resourcePath))
  );
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isText);
