import { Problem, TransientProblem } from '../../terminal/problem.ts';

/** The parts of an AWS SDK error that tell its kind. */
interface AwsError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const EXPIRED = /^(ExpiredToken|RequestExpired)|(token|session|credentials?)\b.*\bexpired/i;
const NOT_ACCEPTED =
  /^(UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|AuthFailure)/;
const UNREACHABLE = /^E[A-Z_]+$/;
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|ResourceConflict|EC2Throttled)/;

/** Whether AWS refused a call for want of a permission. */
export function isDenied(error: unknown): boolean {
  const { name = '' } = Object(error) as AwsError;
  return name.startsWith('AccessDenied');
}

/**
 * What an error of the AWS SDK means to an operator: one sentence with the next step.
 *
 * @param action the IAM action that the failed call needs
 */
export function awsProblem(error: unknown, action: string): Problem {
  const { name = '', message = '', code = '', $metadata } = Object(error) as AwsError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (message.startsWith('Region is missing')) {
    return new Problem('No AWS region is set: name it with --region, or set AWS_REGION.');
  }
  if (isDenied(error)) {
    return new Problem(
      `You may not do ${deniedAction(message) ?? action}: ask for a role that allows it on this stack, or name another one with --profile.`,
    );
  }
  if (EXPIRED.test(name) || (name === 'CredentialsProviderError' && EXPIRED.test(message))) {
    return new Problem(
      'Your AWS credentials have expired: sign in again (such as `aws sso login`).',
    );
  }
  if (name.endsWith('CredentialsProviderError')) {
    return new Problem(
      'No AWS credentials were found: sign in as for the AWS CLI (such as `aws sso login`), or name one of your profiles with --profile.',
    );
  }
  if (NOT_ACCEPTED.test(name)) {
    return new Problem(
      'AWS does not accept your credentials: check them with `aws sts get-caller-identity`.',
    );
  }
  if (name === 'TimeoutError' || UNREACHABLE.test(code)) {
    return new TransientProblem(
      `No answer from AWS to ${action} (${code || 'timeout'}): check the region and the network, then repeat the command.`,
    );
  }
  if (status >= 500 || status === 429 || THROTTLED.test(name)) {
    return new TransientProblem(
      `AWS cannot do ${action} at the moment (${name}): repeat the command in a minute.`,
    );
  }
  return new Problem(`AWS refused ${action}: ${sentence(message || name)} (${name || 'Error'}).`);
}

/** The action in `User: … is not authorized to perform: lambda:InvokeFunction on resource: …`. */
function deniedAction(message: string): string | undefined {
  const [, action] = /not authorized to perform: ([\w-]+:\w+)/.exec(message) ?? [];
  return action ?? (message.includes('KMS') ? 'kms:Decrypt' : undefined);
}

function sentence(text: string): string {
  return text.trim().replace(/\.$/, '');
}
