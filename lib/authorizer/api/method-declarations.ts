import { CfnMethod, type CfnRestApi, type Method } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { Permission } from '../../../lambda/contract/access/permission.ts';
import { ConfigurationError, describeValue } from '../configuration-error.ts';

/** What `protect` has noted about a method. */
export interface Protection {
  readonly isOpen: false;
  readonly authorizer: IConstruct;
  readonly api: CfnRestApi;
  readonly permission: Permission;
  readonly httpMethod: string;
  readonly resourcePath: string;
}

/** What the app has said about a method. */
export type MethodDeclaration = Protection | { readonly isOpen: true };

// Of all authorizers of the app: a method has one authorizer, and is either protected or open.
const declarations = new WeakMap<IConstruct, MethodDeclaration>();

/** What the app has said about a method's resource, if anything. */
export function declarationOf(resource: IConstruct): MethodDeclaration | undefined {
  return declarations.get(resource);
}

/**
 * Notes what the app says about a method. Saying it again is fine.
 *
 * @throws ConfigurationError if the app has said something else before
 */
export function declareMethod(method: Method, declaration: MethodDeclaration): void {
  const resource = methodResource(method);
  const before = declarations.get(resource);
  if (before !== undefined && inWords(before) !== inWords(declaration)) {
    throw new ConfigurationError(
      `${method.node.path} is ${inWords(before)} and ${inWords(declaration)}: call protect() or open() once for each method`,
    );
  }
  declarations.set(resource, declaration);
}

/**
 * The resource behind a method.
 *
 * @throws ConfigurationError if it is no method of aws-cdk-lib
 */
export function methodResource(method: Method): CfnMethod {
  const { node } = Object(method) as Partial<Method>;
  if (node?.defaultChild instanceof CfnMethod) return node.defaultChild;
  throw new ConfigurationError(
    `${node?.path ?? 'method'} must be a Method, as resource.addMethod() returns it${node ? '' : `, got: ${describeValue(method)}`}`,
  );
}

const inWords = (declaration: MethodDeclaration): string =>
  declaration.isOpen
    ? 'open'
    : `protected with ${declaration.permission} by ${declaration.authorizer.node.path}`;
