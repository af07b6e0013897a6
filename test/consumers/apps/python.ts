import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonEnvironment } from '../python-environment.ts';
import { REPORTS_STACK } from '../reports-stack.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

const PYTHON_APP = `
from aws_cdk import App, Stack
from aws_cdk.aws_apigateway import LambdaIntegration, RestApi
from aws_cdk.aws_lambda import Code, Function, Runtime
from api_token_authorizer import ApiTokenAuthorizer, ClientProps, OpenApi

app = App()
stack = Stack(app, "Reports")
api = RestApi(stack, "Api")
authorizer = ApiTokenAuthorizer(
    stack,
    "ApiTokenAuthorizer",
    clients=[
        ClientProps(name="bravo", environment_variable="API_TOKEN_BRAVO", permissions=["report.read"]),
        ClientProps(name="ae-plugin", environment_variable="API_TOKEN_PLUGIN", permissions=["report.create"]),
    ],
)
read_report = Function(
    stack,
    "ReadReport",
    runtime=Runtime.NODEJS_24_X,
    handler="index.handler",
    code=Code.from_inline("exports.handler = async (event) => ({ statusCode: 200, body: 'for ' + event.requestContext.authorizer.clientName });"),
)
reports = api.root.add_resource("reports")
authorizer.protect(reports.add_method("GET", LambdaIntegration(read_report)), "report.read")
authorizer.protect(reports.add_method("POST", LambdaIntegration(read_report)), "report.create")
open_api = OpenApi(
    stack,
    "OpenApi",
    api=api,
    authorizer=authorizer,
    title="Reports",
    version="1.0.0",
    details={"paths": {"/reports": {"get": {"summary": "List reports"}}}},
)
operation = open_api.document()["paths"]["/reports"]["get"]
assert operation["summary"] == "List reports"
assert operation["security"] == [{"apiToken": ["report.read"]}]
app.synth()
`;

const WRONG_PYTHON_APP = `
from aws_cdk import App, Stack
from api_token_authorizer import ApiTokenAuthorizer

try:
    ApiTokenAuthorizer(Stack(App(), "Reports"), "ApiTokenAuthorizer", clients=[])
except RuntimeError as error:
    print(error)
`;

const TYPESCRIPT_APP = `
import { App } from 'aws-cdk-lib';
import { ReportsStack } from './reports-stack.ts';

new ReportsStack(new App(), 'Reports');
`;

/** A Python app with the wheel, and the same app in TypeScript. */
export const python: ConsumerApp = {
  name: 'python',
  needsWheel: true,
  run: async (consumer) => {
    const { check, folder, install, packed, run, write } = consumer;
    write({
      'package.json': '{ "private": true, "type": "module" }',
      'app.ts': TYPESCRIPT_APP,
      'reports-stack.ts': REPORTS_STACK,
      'app.py': PYTHON_APP,
      'wrong.py': WRONG_PYTHON_APP,
    });
    await install(packed('api-token-authorizer'), VERSIONS.cdk, VERSIONS.constructs);
    const cdk = VERSIONS.cdk.replace('@', '==');
    const packages = [packed('api_token_authorizer'), cdk];
    const bin = await pythonEnvironment(consumer, join(folder, 'venv'), packages);
    const outdir = (name: string) => join(folder, `cdk.out-${name}`);
    // The feature flags of no app: Python's jsii kernel reads the same context as Node.js.
    const synthesized = await check('a Python app synthesizes with the wheel', () =>
      run(join(bin, 'python'), ['app.py'], { env: { CDK_OUTDIR: outdir('python') } }),
    );
    if (synthesized === undefined) return;
    await check('a wrong configuration raises a RuntimeError with our message', async () =>
      assert.match(
        await run(join(bin, 'python'), ['wrong.py']),
        /clients must name at least one client/,
      ),
    );
    await check('its template equals that of the same app in TypeScript', async () => {
      await run('node', ['app.ts'], { env: { CDK_OUTDIR: outdir('typescript') } });
      assert.deepEqual(templateOf(outdir('python')), templateOf(outdir('typescript')));
    });
  },
};

/** The template, without the list of constructs that CDK counts, which names the language. */
function templateOf(folder: string): unknown {
  const template = JSON.parse(readFileSync(join(folder, 'Reports.template.json'), 'utf8'));
  if (template.Resources?.CDKMetadata) template.Resources.CDKMetadata = null;
  return template;
}
