import type {
  HeaderObject,
  JsonObject,
  MediaTypeObject,
  ResponseObject,
} from './open-api-object.ts';

/** What a response says that nobody has described. */
export const UNDESCRIBED = 'What the service behind the route answers.';

/** One response that stands for several with the same status code. */
export function mergedResponse(responses: readonly ResponseObject[]): ResponseObject {
  const descriptions = new Set(responses.map(({ description }) => description));
  const names = namesIn(responses.map(({ headers }) => headers));
  const types = namesIn(responses.map(({ content }) => content));
  return {
    ...Object.assign({}, ...responses),
    description: [...descriptions].filter((each) => each !== '').join(' ') || UNDESCRIBED,
    ...(names.length > 0 && {
      headers: Object.fromEntries(names.map((name) => [name, mergedHeader(name, responses)])),
    }),
    ...(types.length > 0 && {
      content: Object.fromEntries(
        types.map((type) => [
          type,
          mergedContent(given(responses.map(({ content }) => content?.[type]))),
        ]),
      ),
    }),
  };
}

/**
 * A header that not every one of the responses has may be missing. One that a method declares, and the
 * app does not describe, does not say what is always there.
 */
function mergedHeader(name: string, responses: readonly ResponseObject[]): HeaderObject {
  const described = responses.filter(({ description }) => description !== '');
  const headers = (described.length > 0 ? described : responses).map(
    (response) => response.headers?.[name],
  );
  const { required: _, ...header } = headers.find((each) => each !== undefined) ?? {};
  return headers.every((each) => each?.required) ? { required: true, ...header } : header;
}

function mergedContent(contents: readonly MediaTypeObject[]): MediaTypeObject {
  const schemas = unique(given(contents.map(({ schema }) => schema)));
  const [schema, ...others] = schemas;
  const examples = new Map<string, [name: string, example: JsonObject]>();
  for (const [name, example] of contents.flatMap((each) => Object.entries(each.examples ?? {}))) {
    const text = JSON.stringify(example);
    if (!examples.has(text)) examples.set(text, [name, example]);
  }
  return {
    ...(schema && { schema: others.length > 0 ? { anyOf: schemas } : schema }),
    ...(examples.size > 0 && { examples: Object.fromEntries(examples.values()) }),
  };
}

const namesIn = (objects: readonly (Readonly<Record<string, unknown>> | undefined)[]): string[] => [
  ...new Set(objects.flatMap((each) => Object.keys(each ?? {}))),
];

const unique = (values: readonly JsonObject[]): JsonObject[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

const given = <T>(values: readonly (T | undefined)[]): T[] =>
  values.filter((value) => value !== undefined);
