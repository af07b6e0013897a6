import type { Construct } from 'constructs';
import { ConfigurationError } from './configuration-error.ts';

/**
 * Throws where a construct is passed as the `authorizer` of a method, by code that no types check: CDK
 * then reads its `authorizerId`.
 */
export function refuseAsAuthorizer(construct: Construct): void {
  Object.defineProperty(construct, 'authorizerId', {
    get() {
      throw new ConfigurationError(
        `${construct.node.path} cannot be passed as authorizer: make the method without one, and call protect() with the method and its permission`,
      );
    },
  });
}
