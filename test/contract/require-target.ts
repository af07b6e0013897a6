import { hasLowLimits, missingVariables, NO_LOW_LIMITS } from './target.ts';

// Without a target, the contract suite runs on the local gateway. A smoke test of a deployment must not
// fall back to that because of a misspelled variable.
const missing = missingVariables(process.env);
if (missing.length > 0) {
  process.stderr.write(
    `${missing.join(', ')} not set: the contract suite needs the API's URL and both clients' tokens.\n`,
  );
  process.exitCode = 1;
} else if (!hasLowLimits(process.env)) {
  process.stdout.write(`Skipped: ${NO_LOW_LIMITS}.\n`);
}
