import { ConfigurationError, describeValue } from '../authorizer/configuration-error.ts';
import {
  isObject,
  type JsonObject,
  mergeObjects,
  type OpenApiDocument,
  sortedByName,
} from './open-api-object.ts';
import { API_TOKEN, type DescribedOperation, pathsIn } from './operations.ts';

/** What a document is made of. */
export interface DocumentParts {
  readonly title: string;
  readonly version: string;
  readonly description?: string | undefined;
  readonly headerName: string;
  /** What each permission lets a client do. */
  readonly permissions: Readonly<Record<string, string>>;
  readonly stageNames: readonly string[];
  readonly operations: readonly DescribedOperation[];
  readonly schemas: Readonly<Record<string, JsonObject>>;
  /** What stands over all that, but for the operations. */
  readonly details: JsonObject;
}

/** An OpenAPI 3.1 document; what it consists of is always in the same order. */
export function documentOf(parts: DocumentParts): OpenApiDocument {
  const { title, version, description, stageNames, operations, details } = parts;
  const { paths: _, ...others } = details;
  const base = {
    openapi: '3.1.0',
    info: { title, version, ...(description !== undefined && { description }) },
    servers: stageNames.map(server),
    paths: pathItems(operations, details),
    components: {
      schemas: parts.schemas,
      securitySchemes: {
        [API_TOKEN]: {
          type: 'apiKey',
          in: 'header',
          name: parts.headerName,
          description: schemeDescription(parts),
        },
      },
    },
  };
  const document = mergeObjects(base, others) as unknown as OpenApiDocument;
  const { schemas } = document.components;
  return { ...document, components: { ...document.components, schemas: sortedByName(schemas) } };
}

/** Which API and region it is, only the deployment says. */
const server = (stageName: string) => ({
  url: `https://{apiId}.execute-api.{region}.amazonaws.com/${stageName}`,
  description: 'API Gateway',
  variables: {
    apiId: { default: 'abcdefghij', description: 'The id of the API' },
    region: { default: 'us-east-1', description: 'The AWS region' },
  },
});

function pathItems(operations: readonly DescribedOperation[], details: JsonObject) {
  const added = pathsIn(details);
  const items: Record<string, Record<string, unknown>> = {};
  for (const { path, verb, operation } of operations.toSorted((a, b) =>
    a.verb < b.verb ? -1 : 1,
  )) {
    items[path] = { ...(items[path] ?? added[path]), [verb]: operation };
  }
  return sortedByName(items);
}

function schemeDescription({ permissions, operations }: DocumentParts): string {
  const used = new Set(operations.flatMap(({ method }) => method.permission ?? []));
  const unknown = Object.keys(permissions).find((name) => !used.has(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `permissions must be those of protected methods, got: ${describeValue(unknown)}; there are ${[...used].join(', ')}`,
    );
  }
  const lines = [...used].toSorted().map((name) => {
    const text = permissions[name];
    return text === undefined ? `- \`${name}\`` : `- \`${name}\`: ${text}`;
  });
  return ['An API token. Its client has some of these permissions:', '', ...lines].join('\n');
}

/** What a local reference stands for, or the value itself. */
export function resolved(document: OpenApiDocument, value: unknown): JsonObject {
  const target = isObject(value) ? value.$ref : undefined;
  if (typeof target !== 'string') return isObject(value) ? value : {};
  const at = target
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((object, name) => (isObject(object) ? object[name] : undefined), document);
  return isObject(at) ? at : {};
}
