import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { pathOf, referenceIn, renderedProperties } from '../authorizer/api/rendered.ts';
import { isObject, type JsonObject } from './open-api-object.ts';

/** The models that every API has. Source: API Gateway Developer Guide, "Data models for REST APIs". */
const BUILT_IN: Readonly<Record<string, JsonObject>> = {
  Empty: {},
  Error: { type: 'object', properties: { message: { type: 'string' } } },
};

/** The schemas of the models that methods name, as components of a document. */
export class ModelSchemas {
  readonly #schemas = new Map<string, JsonObject>();
  readonly #names = new Map<IConstruct, string>();

  /** The schemas by name: each that {@link refTo} was asked for, and what they refer to. */
  get schemas(): Readonly<Record<string, JsonObject>> {
    return Object.fromEntries(this.#schemas);
  }

  /**
   * A schema that refers to a model.
   *
   * @param model as rendered in a method: a reference to a resource, or a name
   * @param scope where that stands
   */
  refTo(model: unknown, scope: IConstruct): JsonObject {
    const target = referenceIn(model, scope)?.target;
    if (target === undefined || !CfnResource.isCfnResource(target)) {
      return BUILT_IN[String(model)] ?? {};
    }
    return { $ref: `#/components/schemas/${this.#add(target)}` };
  }

  #add(model: CfnResource): string {
    const known = this.#names.get(model);
    if (known !== undefined) return known;
    const { Name: given, Schema: schema } = renderedProperties(model);
    const wanted =
      typeof given === 'string'
        ? given
        : (pathOf(model).split('/').at(-1) ?? '').replace(/\W/g, '');
    const taken = new Set(this.#names.values());
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
    this.#names.set(model, name);
    // Its place first: a model may refer to itself.
    this.#schemas.set(name, {});
    const own = isObject(schema) ? schema : {};
    this.#schemas.set(name, this.#converted(own, name, model) as JsonObject);
    return name;
  }

  /**
   * A part of a schema of draft 4, as OpenAPI 3.1 has it: JSON Schema 2020-12.
   *
   * Source: JSON Schema, "Migrating from older drafts".
   */
  #converted(part: unknown, name: string, model: CfnResource): unknown {
    if (Array.isArray(part)) return part.map((each) => this.#converted(each, name, model));
    if (!isObject(part)) return part;
    const converted: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(part)) {
      if (key === '$schema' || key === 'id') {
        // A property of that name is an object; the keyword is a text.
        if (typeof value === 'string') continue;
      }
      if (key === '$ref' && isReference(value)) {
        Object.assign(converted, this.#reference(value, name, model));
      } else if (key === 'exclusiveMinimum' || key === 'exclusiveMaximum') {
        const bound = key === 'exclusiveMinimum' ? 'minimum' : 'maximum';
        if (value === true) converted[key] = part[bound];
        else if (value !== false) converted[key] = value;
      } else if (part[EXCLUSIVE[key] ?? ''] === true) {
        // The bound of an exclusive one, which has its own word now.
      } else if (key === 'items' && Array.isArray(value)) {
        converted.prefixItems = this.#converted(value, name, model);
      } else if (key === 'enum' || key === 'default') {
        converted[key] = value;
      } else {
        converted[key] = this.#converted(value, name, model);
      }
    }
    return converted;
  }

  /** A reference within the model, or to another one by its URL. */
  #reference(value: unknown, name: string, model: CfnResource): JsonObject {
    if (typeof value === 'string' && value.startsWith('#')) {
      return { $ref: `#/components/schemas/${name}${value.slice(1)}` };
    }
    const last = partsOf(value).at(-1);
    if (typeof last !== 'string') return this.refTo(last, model);
    const named = model.node.root.node
      .findAll()
      .filter((node) => CfnResource.isCfnResource(node))
      .filter(({ cfnResourceType }) => cfnResourceType === 'AWS::ApiGateway::Model')
      .find((node) => renderedProperties(node).Name === last.split('/').at(-1));
    return named ? { $ref: `#/components/schemas/${this.#add(named)}` } : {};
  }
}

const EXCLUSIVE: Readonly<Record<string, string>> = {
  minimum: 'exclusiveMinimum',
  maximum: 'exclusiveMaximum',
};

/** Whether it is a text, and no schema of a property that is called `$ref`. */
const isReference = (value: unknown): boolean =>
  typeof value === 'string' || Object.keys(Object(value)).some((key) => key.startsWith('Fn::'));

/** What a rendered text is joined from. */
function partsOf(value: unknown): unknown[] {
  const { 'Fn::Join': join } = Object(value) as Record<string, unknown>;
  if (!Array.isArray(join) || !Array.isArray(join[1])) return [value];
  return join[1].flatMap(partsOf);
}
