import type { Stack } from '../template/stack.ts';
import type { AwsResponse, AwsService } from './service.ts';

const characters: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function text(name: string, value: string): string {
  return element(
    name,
    value.replace(/[&<>]/g, (character) => characters[character] as string),
  );
}

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'Content-Type': 'text/xml' }, body };
}

function describe(stack: Stack, createdAt: Date): string {
  const outputs = stack
    .outputs()
    .map(({ logicalId, description, value }) =>
      element(
        'member',
        text('OutputKey', logicalId) +
          text('OutputValue', String(value)) +
          text('Description', description),
      ),
    );
  return element(
    'member',
    text('StackId', stack.stackId) +
      text('StackName', stack.stackName) +
      text('CreationTime', createdAt.toISOString()) +
      text('StackStatus', 'CREATE_COMPLETE') +
      element('Outputs', outputs.join('')),
  );
}

/**
 * CloudFormation over HTTP (AWS Query): describing the one stack with its outputs.
 *
 * Source: AWS CloudFormation API Reference, `DescribeStacks`.
 */
export function cloudFormation(stack: Stack, createdAt: Date): AwsService {
  return ({ headers, body }) => {
    if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined;
    const input = new URLSearchParams(body);
    if (input.get('Action') !== 'DescribeStacks') return undefined;
    const name = input.get('StackName') ?? stack.stackName;
    if (name !== stack.stackName && name !== stack.stackId) {
      const error =
        text('Type', 'Sender') +
        text('Code', 'ValidationError') +
        text('Message', `Stack with id ${name} does not exist`);
      return xml(400, element('ErrorResponse', element('Error', error)));
    }
    const result = element('Stacks', describe(stack, createdAt));
    return xml(200, element('DescribeStacksResponse', element('DescribeStacksResult', result)));
  };
}
