import { CfnMethod, type Method } from 'aws-cdk-lib/aws-apigateway';
import { ConfigurationError, describeValue } from '../configuration-error.ts';
import { type Declaration, declare } from './declarations.ts';

/**
 * Notes what the app says about a method. Saying it again is fine.
 *
 * @throws ConfigurationError if the app has said something else before
 */
export function declareMethod(method: Method, declaration: Declaration): void {
  const advice = 'call protect() or open() once for each method';
  declare(method, methodResource(method), declaration, advice);
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
