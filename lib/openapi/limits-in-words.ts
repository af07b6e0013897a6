import type { CfnResource } from 'aws-cdk-lib';
import { objectIn, renderedProperties } from '../authorizer/api/rendered.ts';

/**
 * How often clients may call, in a sentence for all of them that names none: a document is handed to
 * each.
 *
 * @param plans the usage plans, one for each client
 * @returns `undefined` if nothing limits clients, or only the deployment knows by how much
 */
export function limitsInWords(plans: readonly CfnResource[]): string | undefined {
  const properties = plans.map(renderedProperties);
  const throttles = properties.map((each) => objectIn(each, 'Throttle'));
  const rate = rangeOf(throttles.map(({ RateLimit: value }) => value));
  const burst = rangeOf(throttles.map(({ BurstLimit: value }) => value));
  if (rate === undefined || burst === undefined) return undefined;
  return `A client has ${rate} requests a second, and ${burst} at once.`;
}

/** `50`, or `from 10 to 50`. */
function rangeOf(values: readonly unknown[]): string | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length === 0 || numbers.length < values.length) return undefined;
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? String(least) : `from ${least} to ${most}`;
}
