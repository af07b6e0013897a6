import type { IncomingHttpHeaders } from 'node:http';
import type { Stack } from '../template/stack.ts';
import { AwsError, type AwsResponse, type AwsService } from './service.ts';

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

/** Whether a call is one of AWS Query, whose answers are XML. */
export function isQuery(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

/** An error of a service that speaks AWS Query. */
export function queryErrorResponse({ status, code, message }: AwsError): AwsResponse {
  const type = text('Type', status < 500 ? 'Sender' : 'Receiver');
  const error = type + text('Code', code) + text('Message', message);
  return xml(status, element('ErrorResponse', element('Error', error)));
}

/**
 * CloudFormation over HTTP (AWS Query): describing one stack, or all, with their outputs.
 *
 * Source: AWS CloudFormation API Reference, `DescribeStacks`.
 */
export function cloudFormation(stacks: readonly Stack[], createdAt: Date): AwsService {
  return ({ headers, body }) => {
    if (!isQuery(headers)) return undefined;
    const input = new URLSearchParams(body);
    if (input.get('Action') !== 'DescribeStacks') return undefined;
    const name = input.get('StackName');
    const found = stacks.filter(
      ({ stackName, stackId }) => name === null || name === stackName || name === stackId,
    );
    if (found.length === 0) {
      throw new AwsError(400, 'ValidationError', `Stack with id ${name} does not exist`);
    }
    const members = found.map((stack) => describe(stack, createdAt));
    const result = element('Stacks', members.join(''));
    return xml(200, element('DescribeStacksResponse', element('DescribeStacksResult', result)));
  };
}
