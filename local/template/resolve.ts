import { Problem } from '../../terminal/problem.ts';
import { isObject, type JsonObject } from '../json.ts';

/** What intrinsic functions can refer to. */
export interface Scope {
  /** The value of a parameter, pseudo parameter or resource; undefined when there is none. */
  ref(name: string): unknown;
  /** The value of a resource's attribute; undefined when there is none. */
  getAtt(logicalId: string, attribute: string): unknown;
  /** Whether a condition of the template holds; undefined when there is none of that name. */
  condition(name: string): boolean | undefined;
  /** A value of the template's `Mappings`. */
  mapping(map: string, top: string, second: string): unknown;
  /** The value that another stack exports by a name; undefined when none does. */
  importValue(name: string): unknown;
  /** The value of an output of another stack; undefined when there is none. */
  stackOutput(reference: OutputReference): unknown;
}

/** What `Fn::GetStackOutput` names. */
export interface OutputReference {
  readonly stackName: string;
  readonly outputName: string;
  /** Undefined for the region of the stack that asks. */
  readonly region: string | undefined;
}

/** Stands for `AWS::NoValue`: its key or element is left out. */
export const noValue: unique symbol = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope, where: string) => unknown;

function fail(where: string, text: string): never {
  throw new Problem(`${where}: ${text}. The local gateway cannot read this template.`);
}

function list(value: unknown, length: number | undefined, where: string, name: string): unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    fail(where, `${name} needs a list${length === undefined ? '' : ` of ${length} items`}`);
  }
  return value;
}

function text(value: unknown, where: string, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return fail(where, `${name} needs text`);
}

function known<T>(value: T | undefined, where: string, what: string): T {
  return value === undefined ? fail(where, `${what} does not exist`) : value;
}

function getAtt(argument: unknown, scope: Scope, where: string): unknown {
  const [id, ...rest] = Array.isArray(argument)
    ? argument.map((part) => text(resolve(part, scope, where), where, 'Fn::GetAtt'))
    : text(argument, where, 'Fn::GetAtt').split('.');
  const attribute = rest.join('.');
  return known(scope.getAtt(id ?? '', attribute), where, `the attribute ${id}.${attribute}`);
}

function join(argument: unknown, scope: Scope, where: string): string {
  const [separator, items] = list(argument, 2, where, 'Fn::Join');
  const values = list(resolve(items, scope, where), undefined, where, 'Fn::Join');
  return values
    .map((value) => text(value, where, 'Fn::Join'))
    .join(text(resolve(separator, scope, where), where, 'Fn::Join'));
}

/** What a name in a `Fn::Sub` stands for: one of its variables, an attribute, or a `Ref`. */
function variableOf(name: string, own: JsonObject, scope: Scope, where: string): unknown {
  if (Object.hasOwn(own, name)) return resolve(own[name], scope, where);
  return name.includes('.') ? getAtt(name, scope, where) : known(scope.ref(name), where, name);
}

function substitute(argument: unknown, scope: Scope, where: string): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = isObject(variables) ? variables : {};
  return text(template, where, 'Fn::Sub').replace(/\$\{([^}]*)\}/g, (_, raw: string) => {
    if (raw.startsWith('!')) return `\${${raw.slice(1)}}`;
    const name = raw.trim();
    return text(variableOf(name, own, scope, where), where, 'Fn::Sub');
  });
}

function select(argument: unknown, scope: Scope, where: string): unknown {
  const [index, items] = list(argument, 2, where, 'Fn::Select');
  const values = list(resolve(items, scope, where), undefined, where, 'Fn::Select');
  return known(values[Number(resolve(index, scope, where))], where, `item ${String(index)}`);
}

function split(argument: unknown, scope: Scope, where: string): string[] {
  const [separator, value] = list(argument, 2, where, 'Fn::Split');
  return text(resolve(value, scope, where), where, 'Fn::Split').split(
    text(resolve(separator, scope, where), where, 'Fn::Split'),
  );
}

function findInMap(argument: unknown, scope: Scope, where: string): unknown {
  const keys = list(argument, 3, where, 'Fn::FindInMap').map((key) =>
    text(resolve(key, scope, where), where, 'Fn::FindInMap'),
  ) as [string, string, string];
  return known(scope.mapping(...keys), where, `the mapping ${keys.join('.')}`);
}

function importValue(argument: unknown, scope: Scope, where: string): unknown {
  const name = text(resolve(argument, scope, where), where, 'Fn::ImportValue');
  return known(scope.importValue(name), where, `the export ${name}`);
}

function stackOutput(argument: unknown, scope: Scope, where: string): unknown {
  const resolved = resolve(argument, scope, where);
  const { StackName, OutputName, Region } = isObject(resolved) ? resolved : {};
  const stackName = text(StackName, where, 'Fn::GetStackOutput');
  const outputName = text(OutputName, where, 'Fn::GetStackOutput');
  const region = Region === undefined ? undefined : text(Region, where, 'Fn::GetStackOutput');
  const value = scope.stackOutput({ stackName, outputName, region });
  return known(value, where, `the output ${outputName} of stack ${stackName}`);
}

function truth(value: unknown, scope: Scope, where: string): boolean {
  const resolved = resolve(value, scope, where);
  return resolved === true || resolved === 'true';
}

function condition(name: unknown, scope: Scope, where: string): boolean {
  const id = text(name, where, 'Condition');
  return known(scope.condition(id), where, `the condition ${id}`);
}

function choose(argument: unknown, scope: Scope, where: string): unknown {
  const [name, yes, no] = list(argument, 3, where, 'Fn::If');
  return resolve(condition(name, scope, where) ? yes : no, scope, where);
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope, where) => known(scope.ref(text(name, where, 'Ref')), where, String(name)),
  Condition: condition,
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Sub': substitute,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::FindInMap': findInMap,
  'Fn::If': choose,
  'Fn::ImportValue': importValue,
  'Fn::GetStackOutput': stackOutput,
  'Fn::Equals': (argument, scope, where) => {
    const [a, b] = list(resolve(argument, scope, where), 2, where, 'Fn::Equals');
    return String(a) === String(b);
  },
  'Fn::Not': (argument, scope, where) =>
    !truth(list(argument, 1, where, 'Fn::Not')[0], scope, where),
  'Fn::And': (argument, scope, where) =>
    list(argument, undefined, where, 'Fn::And').every((value) => truth(value, scope, where)),
  'Fn::Or': (argument, scope, where) =>
    list(argument, undefined, where, 'Fn::Or').some((value) => truth(value, scope, where)),
};

/** An object with one key that begins with `Fn::`, or is `Ref`, is a call and not data. */
function intrinsicOf(value: JsonObject): [name: string, argument: unknown] | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  // A policy statement's `Condition` is an object; only a name refers to a condition.
  if (name === 'Condition') return typeof argument === 'string' ? entry : undefined;
  return name === 'Ref' || name.startsWith('Fn::') ? entry : undefined;
}

/**
 * Replaces the intrinsic functions in a piece of a template by their values.
 *
 * Everything else is copied; keys and elements with the value `AWS::NoValue` are left out.
 * Source: CloudFormation User Guide, "Intrinsic function reference".
 *
 * @param where names the piece in messages
 * @throws Problem for an unknown function, and for names that do not exist
 */
export function resolve(value: unknown, scope: Scope, where: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, scope, where)).filter((item) => item !== noValue);
  }
  if (!isObject(value)) return value;
  const call = intrinsicOf(value);
  if (call !== undefined) {
    const [name, argument] = call;
    if (!Object.hasOwn(intrinsics, name)) fail(where, `${name} is not supported`);
    return intrinsics[name]?.(argument, scope, where);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, resolve(item, scope, where)] as const)
      .filter(([, item]) => item !== noValue),
  );
}
