import assert from 'node:assert/strict';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { digestOf } from '../../lambda/contract/token/token-digest.ts';
import type { Operator } from './operator.ts';
import type { Recorder } from './recorder.ts';
import { clientConfig } from './workspace.ts';

/** What a reader of the stack sees without access to its secrets. */
export interface Readable {
  /** The configuration of each function, by the function's name. */
  readonly functions: Readonly<Record<string, string>>;
  /** The template, as sent and as processed. */
  readonly templates: readonly string[];
  /** Outputs, resources and events. */
  readonly stack: string;
}

/** Reads all of it through the SDK. */
export async function readDeployed(endpoint: string, StackName: string): Promise<Readable> {
  const cloudFormation = new CloudFormationClient(clientConfig(endpoint));
  const lambda = new LambdaClient(clientConfig(endpoint));
  const templates = await Promise.all(
    (['Original', 'Processed'] as const).map((TemplateStage) =>
      cloudFormation.send(new GetTemplateCommand({ StackName, TemplateStage })),
    ),
  );
  const resources = await cloudFormation.send(new ListStackResourcesCommand({ StackName }));
  const functions: Record<string, string> = {};
  for (const { ResourceType, PhysicalResourceId = '' } of resources.StackResourceSummaries ?? []) {
    if (ResourceType !== 'AWS::Lambda::Function') continue;
    const FunctionName = PhysicalResourceId;
    functions[FunctionName] = JSON.stringify(
      await lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
    );
  }
  const { StackEvents } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return {
    functions,
    templates: templates.map(({ TemplateBody = '' }) => TemplateBody),
    stack: JSON.stringify([Stacks, resources.StackResourceSummaries, StackEvents]),
  };
}

/**
 * Searches everything readable for every token that `show` has printed. Makes sure that it searched the
 * right place: the tokens' verifiers are there.
 *
 * @param clients whose current tokens the authorizer has to know
 */
export async function noTokenDeployed(
  endpoint: string,
  stackName: string,
  operator: Operator,
  { check }: Recorder,
  clients: readonly string[],
): Promise<void> {
  const current = await Promise.all(clients.map((name) => operator.show(name)));
  const { functions, templates, stack } = await readDeployed(endpoint, stackName);
  const configurations = Object.entries(functions);

  await check("no function's configuration holds a token, and one has the verifiers", async () => {
    const withVerifiers = configurations.filter(([, text]) =>
      current.every((token) => text.includes(`sha256:${digestOf(token)}`)),
    );
    assert.equal(withVerifiers.length, 1);
    for (const [name, text] of configurations) requireNone(name, text, operator.printedTokens);
    return `${configurations.length} functions, ${operator.printedTokens.size} tokens`;
  });
  await check('no template holds a token or a verifier, nor does an output or event', async () => {
    for (const text of templates) assert.match(text, /\{\{resolve:secretsmanager:/);
    for (const text of [...templates, stack]) {
      requireNone('the stack', text, operator.printedTokens);
      for (const token of operator.printedTokens) assert.ok(!text.includes(digestOf(token)));
    }
    return `${templates.map(({ length }) => length).join(' and ')} characters of template`;
  });
}

function requireNone(where: string, text: string, tokens: ReadonlySet<string>): void {
  const found = [...tokens].filter((token) => text.includes(token)).length;
  assert.equal(found, 0, `${where} holds ${found} of ${tokens.size} tokens`);
}
