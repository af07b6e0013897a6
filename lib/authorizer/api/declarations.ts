import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Permission } from '../../../lambda/contract/access/permission.ts';
import { ConfigurationError } from '../configuration-error.ts';

/** What has been noted about a protected method, or a protected route of an HTTP API. */
export interface Protection {
  readonly isOpen: false;
  readonly authorizer: IConstruct;
  readonly api: CfnResource;
  readonly permission: Permission;
  readonly httpMethod: string;
  readonly resourcePath: string;
}

/** What the app has said about a method or a route. */
export type Declaration = Protection | { readonly isOpen: true };

// Of all authorizers of the app: a method has one authorizer, and is either protected or open.
const declarations = new WeakMap<IConstruct, Declaration>();

/** What the app has said about the resource of a method or a route, if anything. */
export function declarationOf(resource: IConstruct): Declaration | undefined {
  return declarations.get(resource);
}

/** What an authorizer of an API has protected; `undefined` if another one has, or nobody. */
export function protectionOf(
  resource: IConstruct,
  own: { readonly authorizer: IConstruct; readonly api: CfnResource },
): Protection | undefined {
  const declaration = declarations.get(resource);
  if (declaration === undefined || declaration.isOpen) return undefined;
  return declaration.authorizer === own.authorizer && declaration.api === own.api
    ? declaration
    : undefined;
}

/**
 * Notes what the app says about a method or a route. Saying it again is fine.
 *
 * @param advice for the message: what to do
 * @throws ConfigurationError if the app has said something else before
 */
export function declare(
  construct: IConstruct,
  resource: IConstruct,
  declaration: Declaration,
  advice: string,
): void {
  const before = declarations.get(resource);
  if (before !== undefined && inWords(before) !== inWords(declaration)) {
    throw new ConfigurationError(
      `${construct.node.path} is ${inWords(before)} and ${inWords(declaration)}: ${advice}`,
    );
  }
  declarations.set(resource, declaration);
}

const inWords = (declaration: Declaration): string =>
  declaration.isOpen
    ? 'open'
    : `protected with ${declaration.permission} by ${declaration.authorizer.node.path}`;
