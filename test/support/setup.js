import { resolve } from 'node:path';

// CDK's check of each whole template takes most of a synth. One suite turns it on again, for the stack
// that is deployed: test/lib/job-api/job-api-stack.test.ts.
process.env.CDK_VALIDATION = 'false';

// As `npm start` does, for the programs and threads that tests start.
process.env.NODE_COMPILE_CACHE = resolve('node_modules/.cache/api-token-authorizer/compiled');
