import { isPermission } from '../../lambda/contract/access/permission.ts';
import { ConfigurationError, describeValue } from './configuration-error.ts';

/**
 * Refuses a permission that no client could have.
 *
 * @param name how a message calls what asks for it: `GET /jobs`
 * @param permissions all that there are; left out: any
 * @throws ConfigurationError that names the permission
 */
export function requirePermission(
  permission: unknown,
  name: string,
  permissions?: readonly string[],
): void {
  if (!isPermission(permission)) {
    throw new ConfigurationError(
      `permission of ${name} must look like job.create, got: ${describeValue(permission)}`,
    );
  }
  if (permissions?.includes(permission) === false) {
    throw new ConfigurationError(
      `permission of ${name} must be among ${permissions.join(', ')}, got: ${describeValue(permission)}`,
    );
  }
}
