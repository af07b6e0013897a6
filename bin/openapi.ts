import { readFileSync, writeFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { clients } from '../lib/job-api/clients.ts';
import { JobApiStack } from '../lib/job-api/job-api-stack.ts';

const FILE = 'docs/openapi.json';

// Nothing is bundled or synthesized: the document says what the constructs declare.
const { openApi } = new JobApiStack(new App(), 'JobApi', { clients });
const text = `${JSON.stringify(openApi.document(), null, 2)}\n`;
if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} is not what the app declares any more: run npm run openapi`);
  process.exitCode = 1;
}
