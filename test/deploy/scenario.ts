import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lowQuota, lowRate } from '../contract/low-limits.ts';
import { apiKeys } from './api-keys.ts';
import { cdkFor, type Outputs } from './cdk.ts';
import { change } from './change.ts';
import { noTokenDeployed } from './deployed-secrets.ts';
import { apiAddress } from './deployment.ts';
import { environmentRepair } from './environment-repair.ts';
import { openFrontDoor } from './front-door.ts';
import { HTTP_STACK, httpBehaviours } from './http-behaviours/http-behaviours.ts';
import { startMiniStack } from './ministack.ts';
import { operatorOf } from './operator.ts';
import { findPython } from './python.ts';
import { recorder } from './recorder.ts';
import { STACK as SEVERAL_APIS, severalApis } from './several-apis/several-apis.ts';
import type { Step } from './steps.ts';
import { runSuites } from './suites.ts';
import { tableAfterDeployment, tableLife } from './table-life.ts';
import { firstTokens, tokenLife } from './token-life.ts';
import { loadDuringRotation } from './token-load.ts';
import type { TestResult } from './verdict.ts';
import { virtualEnvironment } from './virtual-environment.ts';
import { ROOT, type Workspace } from './workspace.ts';

const STACK = 'JobApi';
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
// What the construct takes if an app says nothing.
const DEFAULT_CACHE_TTL_SECONDS = 300;

const fileOf = (url: string) => relative(ROOT, fileURLToPath(url));
const CHANGED_APP = fileOf(import.meta.resolve('./changed-app.ts'));
const BEHAVIOURS_APP = fileOf(import.meta.resolve('./behaviours/app.ts'));
const BEHAVIOURS = fileOf(import.meta.resolve('./behaviours/behaviours.test.ts'));
const HTTP_BEHAVIOURS_APP = fileOf(import.meta.resolve('./http-behaviours/app.ts'));
const SEVERAL_APIS_APP = fileOf(import.meta.resolve('./several-apis/app.ts'));
const CONTRACT = fileOf(import.meta.resolve('../contract/contract.test.ts'));
const EVERY_DEPLOYMENT = fileOf(import.meta.resolve('./checks/every-deployment.check.ts'));
const CHANGED_DEPLOYMENT = fileOf(import.meta.resolve('./checks/changed-deployment.check.ts'));

/**
 * Deploys the app to MiniStack with the real CDK command line, runs the contract suite on it,
 * deploys a change, and runs the suite again. Everything that was started is stopped again.
 */
export async function deployAndTest(workspace: Workspace, step: Step): Promise<TestResult[]> {
  await using started = new AsyncDisposableStack();
  started.defer(workspace.close);
  const environment = virtualEnvironment(workspace, 'ministack', REQUIREMENTS);
  if (!environment.isComplete) {
    const basePython = await findPython();
    await step('install MiniStack', () => environment.make(basePython));
  }
  const { endpoint, port, stop } = await step('start MiniStack', () =>
    startMiniStack(workspace, environment.python),
  );
  started.defer(stop);
  const cdk = cdkFor(workspace, endpoint);
  const operator = operatorOf(workspace, endpoint);
  await step('cdk bootstrap', cdk.bootstrap);

  const keyOf = apiKeys(endpoint);
  /** Where an API can be reached, by its id. */
  const originOf = async (apiId: string) => {
    const frontDoor = await openFrontDoor(port, apiId, keyOf);
    started.defer(frontDoor.stop);
    return frontDoor.origin;
  };
  /** Where the API with this output can be reached. */
  const urlOf = async (output: string | undefined) => {
    const { apiId, stagePath } = apiAddress(output);
    return (await originOf(apiId)) + stagePath;
  };

  const before = await step('cdk deploy', () => cdk.deploy(STACK));
  const apiUrl = await urlOf(before.ApiUrl);
  const variables = async (outputs: Outputs, cacheTtlSeconds: number) => ({
    API_URL: apiUrl,
    API_TOKEN_BRAVO: await operator.show('bravo'),
    API_TOKEN_PLUGIN: await operator.show('ae-plugin'),
    DEPLOY_API_URL: `${endpoint}/restapis/${apiAddress(outputs.ApiUrl).apiId}`,
    DEPLOY_CACHE_TTL: String(cacheTtlSeconds),
  });
  const firstVariables = await variables(before, DEFAULT_CACHE_TTL_SECONDS);
  const firstResults = await step('test the deployment', () =>
    runSuites(workspace, {
      run: 'the first deployment',
      name: 'test-1',
      files: [CONTRACT, EVERY_DEPLOYMENT],
      variables: firstVariables,
    }),
  );
  const first = recorder('the first tokens', workspace.signal);
  await step('show and rotate the tokens', () =>
    firstTokens({ operator, apiUrl, cacheTtl: DEFAULT_CACHE_TTL_SECONDS * 1_000 }, first),
  );

  // What the deployment has to leave as it is: the tokens of the rotations before it.
  const kept = await variables(before, change.cacheTtlSeconds);
  const after = await step('cdk deploy, with a change', () =>
    cdk.deploy(STACK, `node ${CHANGED_APP}`),
  );
  const secondVariables = {
    ...(await variables(after, change.cacheTtlSeconds)),
    [lowRate.environmentVariable]: await operator.show(lowRate.name),
    [lowQuota.environmentVariable]: await operator.show(lowQuota.name),
    DEPLOY_NEW_TOKEN: await operator.show(change.client.name),
    DEPLOY_OUTPUTS_BEFORE: JSON.stringify(before),
    DEPLOY_OUTPUTS_AFTER: JSON.stringify(after),
    DEPLOY_TOKENS_BEFORE: `${kept.API_TOKEN_BRAVO} ${kept.API_TOKEN_PLUGIN}`,
  };
  const secondResults = await step('test the changed deployment', () =>
    runSuites(workspace, {
      run: 'the changed deployment',
      name: 'test-2',
      files: [CONTRACT, EVERY_DEPLOYMENT, CHANGED_DEPLOYMENT],
      variables: secondVariables,
    }),
  );
  const cacheTtl = change.cacheTtlSeconds * 1_000;
  const redeployed = recorder('the environment after a deployment', workspace.signal);
  await step('put an older environment back', () =>
    environmentRepair(
      { operator, apiUrl, cacheTtl, endpoint, stackName: STACK, outputs: after },
      redeployed,
    ),
  );
  const life = recorder("a token's life", workspace.signal);
  await step('rotate a token, let the old one end, revoke', () =>
    tokenLife({ operator, apiUrl, cacheTtl }, life),
  );
  const table = recorder('a client of the table', workspace.signal);
  const staying = await step('create, rotate and revoke a client of the table', () =>
    tableLife({ operator, apiUrl, cacheTtl }, table),
  );
  await step('cdk deploy, with another change', () =>
    cdk.deploy(STACK, `DEPLOY_OVERLAP_HOURS=12 node ${CHANGED_APP}`),
  );
  await step('test the client of the table again', () =>
    tableAfterDeployment({ operator, apiUrl, cacheTtl }, staying, table),
  );
  const clients = ['bravo', 'ae-plugin', change.client.name];
  await step('rotate a token under load', () =>
    loadDuringRotation({ operator, apiUrl, clients, rotated: 'ae-plugin' }, life),
  );
  await step('search the deployment for tokens', () =>
    noTokenDeployed(endpoint, STACK, operator, life, clients),
  );

  const { ApiUrl } = await step('cdk deploy, an API to look at', () =>
    cdk.deploy('Behaviours', `node ${BEHAVIOURS_APP}`),
  );
  const behaviours = await step('test what the gateway does', async () =>
    runSuites(workspace, {
      run: 'the behaviours of API Gateway',
      name: 'test-3',
      files: [BEHAVIOURS],
      variables: { BEHAVIOURS_URL: await urlOf(ApiUrl) },
    }),
  );
  const { HttpApiId = '' } = await step('cdk deploy, an HTTP API to look at', () =>
    cdk.deploy(HTTP_STACK, `node ${HTTP_BEHAVIOURS_APP}`),
  );
  const ofHttpApi = recorder('the behaviours of an HTTP API', workspace.signal);
  await step('test what an HTTP API does', async () =>
    httpBehaviours(await originOf(HttpApiId), ofHttpApi),
  );
  const together = recorder('a REST API and an HTTP API', workspace.signal);
  // The last one: from here on, several stacks have clients.
  const outputs = await step('cdk deploy, several APIs under one authorizer', () =>
    cdk.deploy(SEVERAL_APIS, `node ${SEVERAL_APIS_APP}`),
  );
  await step('use one token on both, and revoke it', () =>
    severalApis({ outputs, operator, originOf }, together),
  );
  return [
    ...firstResults,
    ...first.results,
    ...secondResults,
    ...redeployed.results,
    ...life.results,
    ...table.results,
    ...behaviours,
    ...ofHttpApi.results,
    ...together.results,
  ];
}
