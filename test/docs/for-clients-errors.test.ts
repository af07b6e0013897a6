import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { CfnGatewayResponse } from 'aws-cdk-lib/aws-apigateway';
import { clients } from '../../lib/job-api/clients.ts';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';

const docs = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'for-clients.md'), 'utf8');

interface Example {
  readonly value: { readonly error?: string; readonly message?: string };
}

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      Record<string, { readonly responses: Readonly<Record<string, DocumentedAnswer>> }>
    >
  >;
}

interface DocumentedAnswer {
  readonly content: {
    readonly 'application/json': { readonly examples: Readonly<Record<string, Example>> };
  };
}

/** `400 limit must be …`: an error as both sides are compared. What a validator says is cut off. */
const errorLine = (status: string, sentence = '') =>
  `${status} ${sentence.replace(/^(Invalid request body: ).*$/, '$1…')}`;

/** Every error in the table of the page, but for the row of the sentences that name a field. */
const errorsOfPage = [...page.matchAll(/^\| (\d{3}) \| `([^`]+)`/gm)].map(([, status = '', text]) =>
  errorLine(status, text),
);

/** Every error that docs/openapi.json shows. */
function errorsOfDocument(): string[] {
  const { paths } = JSON.parse(readFileSync(join(docs, 'openapi.json'), 'utf8')) as Document;
  const answers = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ responses }) => Object.entries(responses))
    .filter(([status]) => status >= '400');
  return answers.flatMap(([status, { content }]) =>
    Object.values(content['application/json'].examples).map(({ value }) =>
      errorLine(status, value.error ?? value.message),
    ),
  );
}

/** What API Gateway answers where there is no operation to describe it at. */
function errorsOutsideOperations(): string[] {
  const { node } = new JobApiStack(new App(), 'JobApi', { clients });
  const types = ['MISSING_AUTHENTICATION_TOKEN', 'WAF_FILTERED'];
  return node
    .findAll()
    .filter((one) => CfnGatewayResponse.isCfnGatewayResponse(one))
    .filter(({ responseType }) => types.includes(responseType))
    .map(({ statusCode = '', responseTemplates }) => {
      const templates = responseTemplates as Readonly<Record<string, string>>;
      const { error } = JSON.parse(templates['application/json'] ?? '') as Example['value'];
      return errorLine(statusCode, error);
    });
}

test('the page for clients lists every error that the API can answer, and no other', () => {
  const expected = [...new Set([...errorsOfDocument(), ...errorsOutsideOperations()])];
  expect(expected.length).toBeGreaterThan(20);
  expect(errorsOfPage.toSorted()).toEqual(expected.toSorted());
});
