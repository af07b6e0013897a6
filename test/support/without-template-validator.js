/**
 * CDK's check of each whole template takes most of a synth. One suite turns it on again, for the
 * stack that is deployed: `test/lib/job-api-stack.test.ts`.
 */
process.env.CDK_VALIDATION = 'false';
