import type { CfnResource } from 'aws-cdk-lib';
import { apiResources } from '../authorizer/api/api-resources.ts';
import { objectIn } from '../authorizer/api/rendered.ts';
import type { DeclaredMethod } from './declared-methods.ts';

/** A response that API Gateway makes itself, whether the API customizes it or not. */
interface GatewayResponseKind {
  /** API Gateway's own, unless the API says otherwise. */
  readonly statusCodes: readonly string[];
  /** Why a client gets it. */
  readonly description: string;
  /** `$context.error.message`; API Gateway has none for an authorizer's faults. */
  readonly message: string | null;
  /** Whether a request to a method can end so. */
  readonly mayEnd: (method: DeclaredMethod) => boolean;
  /** Whether API Gateway sends its own body, whatever the API customizes. */
  readonly isFixed?: boolean;
}

const always = () => true;
const isProtected = ({ permission }: DeclaredMethod) => permission !== undefined;
const fault = { statusCodes: ['500'], description: 'A fault on the side of the API.' };
const hasIntegration = ({ integrationType }: DeclaredMethod) => integrationType !== 'MOCK';

/**
 * What API Gateway may answer by itself, by type.
 *
 * Source: API Gateway Developer Guide, "Gateway response types for API Gateway"; "Amazon API Gateway
 * important notes" on REQUEST_TOO_LARGE.
 */
const kinds: Readonly<Record<string, GatewayResponseKind>> = {
  BAD_REQUEST_BODY: {
    statusCodes: ['400'],
    description: 'The body does not fit its schema.',
    message: 'Invalid request body',
    mayEnd: ({ validatesBody, requestModels }) =>
      validatesBody && Object.keys(requestModels).length > 0,
  },
  BAD_REQUEST_PARAMETERS: {
    statusCodes: ['400'],
    description: 'A parameter is missing.',
    message: 'Missing required request parameters: [name]',
    mayEnd: ({ validatesParameters, parameters }) =>
      validatesParameters && parameters.some((each) => each.required && each.in !== 'path'),
  },
  UNAUTHORIZED: {
    statusCodes: ['401'],
    description: 'The API token is missing, unknown or expired, or was sent twice.',
    message: 'Unauthorized',
    mayEnd: isProtected,
  },
  ACCESS_DENIED: {
    statusCodes: ['403'],
    description: 'The API token is good, but its client lacks the permission.',
    message: 'User is not authorized to access this resource',
    mayEnd: isProtected,
  },
  INVALID_API_KEY: {
    statusCodes: ['403'],
    description: "API Gateway does not know the client's limits yet: try again later.",
    message: 'Forbidden',
    mayEnd: ({ isLimited }) => isLimited,
  },
  REQUEST_TOO_LARGE: {
    statusCodes: ['413'],
    description: 'The body is larger than 10 MB, or than the 6 MB that a function takes.',
    message: 'Request Too Long',
    mayEnd: ({ requestModels }) => Object.keys(requestModels).length > 0,
    isFixed: true,
  },
  THROTTLED: {
    statusCodes: ['429'],
    description: 'The client is too fast.',
    message: 'Too Many Requests',
    mayEnd: always,
  },
  QUOTA_EXCEEDED: {
    statusCodes: ['429'],
    description:
      'The quota of the client, if it has one, is used up until the next day, week or month (UTC).',
    message: 'Limit Exceeded',
    mayEnd: isProtected,
  },
  AUTHORIZER_FAILURE: { ...fault, message: null, mayEnd: isProtected },
  AUTHORIZER_CONFIGURATION_ERROR: { ...fault, message: null, mayEnd: isProtected },
  API_CONFIGURATION_ERROR: { ...fault, message: 'Internal server error', mayEnd: hasIntegration },
  INTEGRATION_FAILURE: {
    statusCodes: ['502', '504'],
    description: 'The service behind the route failed.',
    message: 'Internal server error',
    mayEnd: hasIntegration,
  },
  INTEGRATION_TIMEOUT: {
    statusCodes: ['504'],
    description: 'The service behind the route took longer than 29 seconds.',
    message: 'Endpoint request timed out',
    mayEnd: hasIntegration,
  },
};

/** API Gateway's own body. */
export const DEFAULT_TEMPLATES: Readonly<Record<string, string>> = {
  'application/json': '{"message":$context.error.messageString}',
};

/** A response that API Gateway makes itself, as the API has it. */
export interface DeclaredGatewayResponse {
  /** `UNAUTHORIZED`, … */
  readonly type: string;
  readonly statusCodes: readonly string[];
  readonly description: string;
  readonly message: string | null;
  /** As they stand in the template: a text in quotes, or a mapping. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The body by media type; a text, unless only the deployment knows it. */
  readonly templates: Readonly<Record<string, unknown>>;
  readonly mayEnd: (method: DeclaredMethod) => boolean;
}

/**
 * Every response that API Gateway may make itself, with what the API customizes. A type that it does
 * not customize takes `DEFAULT_4XX` or `DEFAULT_5XX`, whose status code counts for all of them.
 */
export function declaredGatewayResponses(api: CfnResource): DeclaredGatewayResponse[] {
  const declared = new Map(
    apiResources(api, 'AWS::ApiGateway::GatewayResponse')
      .filter((response) => response.api === api)
      .map(({ properties }) => [String(properties.ResponseType), properties]),
  );
  return Object.entries(kinds).map(([type, { statusCodes, isFixed, ...kind }]) => {
    const fallback = statusCodes.every((code) => code < '500') ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
    const properties = isFixed ? {} : (declared.get(type) ?? declared.get(fallback) ?? {});
    const templates = objectIn(properties, 'ResponseTemplates');
    const { StatusCode: statusCode } = properties as { readonly StatusCode?: unknown };
    return {
      ...kind,
      type,
      // A number, unless the app wrote a text.
      statusCodes: /^\d{3}$/.test(String(statusCode)) ? [String(statusCode)] : statusCodes,
      headers: withoutPrefix(objectIn(properties, 'ResponseParameters')),
      templates: Object.keys(templates).length > 0 ? templates : DEFAULT_TEMPLATES,
    };
  });
}

/** Without what a browser asks for: CORS adds it to every response when the app has been declared. */
const withoutPrefix = (parameters: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(parameters)
      .map(([name, value]) => [name.replace(/^gatewayresponse\.header\./, ''), value] as const)
      .filter(([name]) => !/^(access-control-.*|vary)$/i.test(name)),
  );
