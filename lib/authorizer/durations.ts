import type { Duration } from 'aws-cdk-lib';
import { ConfigurationError, describeValue, UNRESOLVED } from './configuration-error.ts';

/**
 * Refuses a duration that is only known at deployment.
 *
 * @param reader who would take it unchecked, for the message
 * @throws ConfigurationError if it is one, or no duration
 */
export function requireResolved(prop: string, duration: Duration, reader: string): void {
  requireDuration(prop, duration);
  if (duration.isUnresolved()) {
    throw new ConfigurationError(
      `${prop} must be a duration, got: ${UNRESOLVED}, and ${reader} would take it unchecked`,
    );
  }
}

/**
 * Checks a duration in whole seconds. One that is only known at deployment passes.
 *
 * @throws ConfigurationError if it is none, longer, or cannot be written in seconds
 */
export function validateSeconds(prop: string, duration: Duration, most: Duration): void {
  requireDuration(prop, duration);
  if (duration.isUnresolved()) {
    if (duration.unitLabel() === 'seconds') return;
    throw new ConfigurationError(
      `${prop} is ${UNRESOLVED}, and cannot be converted to seconds: write it as Duration.seconds()`,
    );
  }
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > most.toSeconds()) {
    throw new ConfigurationError(
      `${prop} must be 0 to ${most.toHumanString()} in whole seconds, got: ${duration.toHumanString()}`,
    );
  }
}

/** Of whichever copy of aws-cdk-lib. */
function requireDuration(prop: string, value: unknown): void {
  if (typeof Object(value).toSeconds === 'function') return;
  throw new ConfigurationError(
    `${prop} must be a duration such as Duration.minutes(5), got: ${describeValue(value)}`,
  );
}
