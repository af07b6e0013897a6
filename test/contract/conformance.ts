import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiRequest, ApiResponse, call } from './client.ts';

type Schema = Readonly<Record<string, unknown>>;

interface Response {
  readonly headers?: Readonly<Record<string, { required?: boolean; schema: Schema }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Record<string, Response> }>>>
  >;
  readonly components: Schema;
}

const FILE = join(import.meta.dirname, '../../docs/openapi.json');
const { paths, components } = JSON.parse(readFileSync(FILE, 'utf8')) as Document;

// OpenAPI has keywords that JSON Schema does not know.
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

/** What answers where there is no route, which no operation describes. */
const NO_ROUTE: Readonly<Record<string, Response>> = {
  404: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
};

/**
 * A way to call the API that throws if a response is not as docs/openapi.json says: its status, its
 * headers, its media type and its body.
 *
 * @param baseUrl what the paths of the document are appended to
 */
export function conforming(send: typeof call, baseUrl: () => string): typeof call {
  return async (url, request?: ApiRequest) => {
    const response = await send(url, request);
    const base = new URL(baseUrl()).pathname.replace(/\/$/, '');
    requireConformance(
      request?.method ?? 'GET',
      new URL(url).pathname.slice(base.length),
      response,
    );
    return response;
  };
}

function requireConformance(method: string, path: string, response: ApiResponse): void {
  const [, item] = Object.entries(paths).find(([template]) => isRouteOf(template, path)) ?? [];
  const responses = item?.[method.toLowerCase()]?.responses ?? NO_ROUTE;
  const described = responses[response.status];
  const problems = described
    ? [...headerProblems(described, response), ...bodyProblems(described, response)]
    : [`the status is none of ${Object.keys(responses).join(', ')}`];
  if (problems.length > 0) {
    const answer = `${response.status} to ${method} ${path}`;
    throw new Error(`${answer} is not as docs/openapi.json says: ${problems.join('; ')}`);
  }
}

function isRouteOf(template: string, path: string): boolean {
  const parts = template.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, index) => part.startsWith('{') || part === given[index])
  );
}

function headerProblems({ headers = {} }: Response, response: ApiResponse): string[] {
  return Object.entries(headers).flatMap(([name, { required = false, schema }]) => {
    const value = response.headers[name.toLowerCase()];
    if (value === undefined) return required ? [`${name} is missing`] : [];
    return schemaProblems(name, schema, schema.type === 'integer' ? Number(value) : value);
  });
}

function bodyProblems({ content = {} }: Response, { headers, body }: ApiResponse): string[] {
  const type = String(headers['content-type']).replace(/;.*/, '').trim();
  const media = content[type];
  if (!media) return [`the Content-Type ${type} is none of ${Object.keys(content).join(', ')}`];
  return schemaProblems('body', media.schema, body);
}

function schemaProblems(name: string, schema: Schema, value: unknown): string[] {
  const validate = ajv.compile({ ...schema, components });
  return validate(value) ? [] : [ajv.errorsText(validate.errors, { dataVar: name })];
}
