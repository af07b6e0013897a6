import type { DeclaredMethod, DeclaredResponse } from './declared-methods.ts';
import { type BodySchemas, gatewayResponseObject } from './gateway-bodies.ts';
import type { DeclaredGatewayResponse } from './gateway-responses.ts';
import type { ModelSchemas } from './model-schemas.ts';
import { type MediaTypeObject, mergeObjects, type ResponseObject } from './open-api-object.ts';
import { mergedResponse, UNDESCRIBED } from './responses.ts';

/** What the responses of a document have in common. */
export interface ResponseContext {
  readonly models: ModelSchemas;
  readonly bodies: BodySchemas;
  readonly gatewayResponses: readonly DeclaredGatewayResponse[];
}

/** Bodies of models, by media type. */
export function contentOf(
  models: Readonly<Record<string, unknown>>,
  { resource }: DeclaredMethod,
  schemas: ModelSchemas,
): Readonly<Record<string, MediaTypeObject>> {
  return Object.fromEntries(
    Object.entries(models).map(([type, model]) => [
      type,
      { schema: schemas.refTo(model, resource) },
    ]),
  );
}

/** What a method's own integration answers, and what API Gateway may answer in its place, by status code. */
export function methodResponses(
  method: DeclaredMethod,
  added: Readonly<Record<string, ResponseObject>>,
  { models, bodies, gatewayResponses }: ResponseContext,
): Readonly<Record<string, ResponseObject>> {
  const own: Record<string, ResponseObject> = {};
  for (const response of method.responses) {
    own[response.statusCode] = responseObject(response, method, models);
  }
  for (const [code, response] of Object.entries(added)) {
    own[code] = mergeObjects(own[code] ?? {}, response) as ResponseObject;
  }
  if (Object.keys(own).length === 0) {
    own.default = { description: UNDESCRIBED };
  }
  const byCode = new Map(Object.entries(own).map(([code, response]) => [code, [response]]));
  for (const response of gatewayResponses.filter(({ mayEnd }) => mayEnd(method))) {
    for (const code of response.statusCodes) {
      const before = byCode.get(code) ?? [];
      byCode.set(code, [...before, gatewayResponseObject(response, bodies)]);
    }
  }
  return Object.fromEntries(
    [...byCode]
      .map(([code, responses]) => [code, mergedResponse(responses)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function responseObject(
  { headers, models: ownModels }: DeclaredResponse,
  method: DeclaredMethod,
  models: ModelSchemas,
): ResponseObject {
  const content = contentOf(ownModels, method, models);
  return {
    description: '',
    ...(headers.length > 0 && {
      headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
    }),
    ...(Object.keys(content).length > 0 && { content }),
  };
}
