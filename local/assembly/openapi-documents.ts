import { readdirSync } from 'node:fs';
import { isObject, type JsonObject, stringAt } from '../json.ts';

/** An OpenAPI document that describes an API of a stack. */
export interface OpenApiDocument {
  /** The logical id of the REST API in its stack. */
  readonly restApi: string;
  readonly document: JsonObject;
}

/**
 * The OpenAPI documents that `OpenApi` constructs wrote beside the templates, by the ids of the stacks that
 * their APIs are in. A file that is not one of these is left out.
 *
 * @param readJson reads a file of the folder
 */
export function readOpenApiDocuments(
  directory: string,
  readJson: (file: string) => JsonObject,
): Map<string, OpenApiDocument[]> {
  const byStack = new Map<string, OpenApiDocument[]>();
  const files = readdirSync(directory).filter((name) => name.endsWith('.openapi.json'));
  for (const file of files.toSorted()) {
    const content = readJson(file);
    const { document } = content;
    const [stack, restApi] = [stringAt(content, 'stack'), stringAt(content, 'restApi')];
    if (stack === undefined || restApi === undefined || !isObject(document)) continue;
    byStack.set(stack, [...(byStack.get(stack) ?? []), { restApi, document }]);
  }
  return byStack;
}
