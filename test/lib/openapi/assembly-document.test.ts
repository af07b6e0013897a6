import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type App, Stack, Stage } from 'aws-cdk-lib';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { ApiTokenAuthorizer } from '../../../lib/authorizer/api-token-authorizer.ts';
import { authorizerProps } from '../../../lib/authorizer/authorizer-props.ts';
import { OpenApi } from '../../../lib/openapi/open-api.ts';
import { readAssembly } from '../../../local/assembly/assembly.ts';
import { clients, testApp } from '../../support/synth.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A stack with an API of one method. */
function protectedApi(scope: Construct, id: string) {
  const stack = new Stack(scope, id);
  const api = new RestApi(stack, 'Api');
  const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', authorizerProps({ clients }));
  authorizer.protect(api.root.addMethod('GET', new MockIntegration()), 'job.read');
  return { stack, api, authorizer, title: id, version: '1' };
}

/** The stacks of a synthesized app, as the local gateway reads them. */
function stacksOf(declare: (app: App) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-document-'));
  folders.push(folder);
  const app = testApp(folder);
  declare(app);
  app.synth();
  return readAssembly(folder).stacks;
}

type Stacks = ReturnType<typeof stacksOf>;

/** The titles of the documents by the stack of their API; each has to name the API that is there. */
function titles(stacks: Stacks): Record<string, string[]> {
  const found = stacks.map(({ displayName, template, openApi }) => {
    for (const { restApi } of openApi) {
      expect(template.Resources[restApi]?.Type).toBe('AWS::ApiGateway::RestApi');
    }
    return [displayName, openApi.map(({ document }) => (document.info as { title: string }).title)];
  });
  return Object.fromEntries(found);
}

describe('the cloud assembly', () => {
  test('has the document of an API, as document() returns it', () => {
    let document: unknown;
    const [stack] = stacksOf((app) => {
      const { stack: scope, ...props } = protectedApi(app, 'Reports');
      const openApi = new OpenApi(scope, 'OpenApi', props);
      // Declared later, and in the document all the same.
      const later = props.api.root.addResource('later').addMethod('GET', new MockIntegration());
      props.authorizer.protect(later, 'job.read');
      document = openApi.document();
    });
    expect(stack?.openApi).toEqual([{ restApi: expect.any(String), document }]);
    expect(document).toMatchObject({ info: { title: 'Reports' }, paths: { '/later': {} } });
  });

  test('has it for the stack of the API, wherever it is described', () => {
    const stacks = stacksOf((app) => {
      const { stack: _, ...first } = protectedApi(app, 'First');
      const { stack: __, ...second } = protectedApi(new Stage(app, 'Prod'), 'Second');
      new OpenApi(first.api, 'Described', first);
      new OpenApi(new Stack(app, 'Papers'), 'OpenApi', {
        ...first,
        title: 'elsewhere',
        documentationParts: false,
      });
      new OpenApi(second.api, 'Described', second);
    });
    expect(titles(stacks)).toEqual({
      First: ['First', 'elsewhere'],
      Papers: [],
      'Prod/Second': ['Second'],
    });
  });

  test('has both documents of one API', () => {
    const stacks = stacksOf((app) => {
      const { stack, ...props } = protectedApi(app, 'Reports');
      new OpenApi(stack, 'Inside', { ...props, title: 'inside' });
      new OpenApi(stack, 'Partners', { ...props, title: 'partners', documentationParts: false });
    });
    expect(titles(stacks)).toEqual({ Reports: ['inside', 'partners'] });
  });

  test('is not made with two sets of documentation parts for one API', () => {
    expect(() =>
      stacksOf((app) => {
        const { stack, ...props } = protectedApi(app, 'Reports');
        new OpenApi(stack, 'Inside', props);
        new OpenApi(stack, 'Partners', props);
      }),
    ).toThrow(
      /^documentationParts of Reports\/(Partners|Inside) must be false: another OpenApi has made those of Reports\/Api/,
    );
  });

  test('has nothing of it in what is deployed', () => {
    const templates = [false, true].map((described) => {
      const stacks = stacksOf((app) => {
        const { stack, ...props } = protectedApi(app, 'Reports');
        if (described) new OpenApi(stack, 'OpenApi', { ...props, documentationParts: false });
      });
      return stacks.map(({ template }) => template);
    });
    expect(templates[1]).toEqual(templates[0]);
  });

  test('is not made with a document that names what there is not', () => {
    expect(() =>
      stacksOf((app) => {
        const { stack, ...props } = protectedApi(app, 'Reports');
        const permissions = { 'report.raed': 'read' };
        new OpenApi(stack, 'OpenApi', { ...props, permissions, documentationParts: false });
      }),
    ).toThrow('permissions must be those of protected methods, got: "report.raed"');
  });
});
