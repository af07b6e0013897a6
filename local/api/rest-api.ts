import type { JsonObject } from '../json.ts';

/** Where an authorizer's or a template's value comes from. */
export interface ParameterSource {
  readonly kind: 'header' | 'querystring' | 'path' | 'context' | 'stageVariables';
  readonly name: string;
}

export interface Authorizer {
  readonly id: string;
  readonly functionArn: string;
  readonly identitySources: readonly ParameterSource[];
  /** How long a result is kept; 0 is not at all. */
  readonly ttlSeconds: number;
}

export interface ProxyIntegration {
  readonly type: 'AWS_PROXY';
  readonly functionArn: string;
  readonly timeoutMs: number;
}

export interface MockResponse {
  readonly statusCode: number;
  /** Matched against the mock's status code; undefined is the default response. */
  readonly selectionPattern: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface MockIntegration {
  readonly type: 'MOCK';
  /** The status code that the request template gives, by content type. */
  readonly statusCodes: ReadonlyMap<string, string>;
  readonly passthrough: string;
  readonly responses: readonly MockResponse[];
}

export interface Method {
  readonly authorizer: Authorizer | undefined;
  /** Whether only requests with a key of a usage plan come through. */
  readonly apiKeyRequired: boolean;
  readonly integration: ProxyIntegration | MockIntegration;
  /** The headers and query parameters that must be there; empty when that is not validated. */
  readonly requiredParameters: readonly ParameterSource[];
  /** The JSON schema of bodies by content type; empty when bodies are not validated. */
  readonly bodySchemas: ReadonlyMap<string, JsonObject>;
}

export interface Resource {
  readonly id: string;
  /** For instance `/jobs/{id}`. */
  readonly path: string;
  readonly parts: readonly string[];
  /** By HTTP method, or `ANY`. */
  readonly methods: ReadonlyMap<string, Method>;
}

/** The value of an enabled API key, by which requests are told apart. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

export type Period = 'DAY' | 'WEEK' | 'MONTH';

export interface Quota {
  /** Requests in each period. */
  readonly limit: number;
  readonly period: Period;
  /** How many days after Sunday, or after the first of the month, a period begins. */
  readonly offset: number;
}

/** Limits for each of its keys on the API's stage. */
export interface UsagePlan {
  readonly id: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly throttle: { readonly rate: number; readonly burst: number } | undefined;
  readonly quota: Quota | undefined;
  /** Those that the template puts into it. */
  readonly keys: readonly ApiKey[];
}

/** A key in the usage plan that limits it. */
export interface UsagePlanKey {
  readonly key: ApiKey;
  readonly plan: UsagePlan;
}

/** A gateway response that the template customizes. */
export interface GatewayResponseDefinition {
  readonly statusCode: number | undefined;
  /** Header name to a mapping expression: `'text'`, `context.…`, `method.request.…`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body templates by content type. */
  readonly templates: Readonly<Record<string, string>>;
}

/** A deployed stage of a REST API. */
export interface RestApi {
  readonly id: string;
  /** Tells it from the other APIs that are served. */
  readonly name: string;
  /** Tells the stage from the others that are served; undefined for the only one. */
  readonly label: string | undefined;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly stage: string;
  /** The ARN of the log group of the stage's access log. */
  readonly accessLogGroup: string | undefined;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly binaryMediaTypes: readonly string[];
  /** From how many bytes on bodies may be compressed; undefined when they may not. */
  readonly minimumCompressionSize: number | undefined;
  /** Where the key of a request comes from: the `x-api-key` header, or the authorizer's result. */
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  /** Those that are attached to the stage. */
  readonly usagePlans: readonly UsagePlan[];
  readonly resources: readonly Resource[];
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseDefinition>;
  /** The models, so that a schema can refer to another by its URL. */
  readonly models: ReadonlyMap<string, JsonObject>;
}

/** The host name that the API would have on AWS. */
export function domainName(api: RestApi): string {
  return `${api.id}.execute-api.${api.region}.amazonaws.com`;
}
