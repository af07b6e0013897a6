import { printable } from '../../terminal/printable.ts';
import type { Authorization } from '../api/authorize/authorization.ts';
import { invoking, matchingResources } from '../api/authorize/policy.ts';
import type { Outcome } from '../api/outcome.ts';
import type { Step } from '../api/step.ts';
import { knownMethod } from '../known-method.ts';
import type { PolicyEntry, RequestEntry } from './entries.ts';

const maxTextLength = 512;
const maxListLength = 100;

/** A text for the browser: bounded, and without anything in the form of a token. */
export function safeText(text: string): string {
  return printable(text).slice(0, maxTextLength);
}

/** How a request got in; any other decision is the type of the gateway's own answer. */
const admissions: readonly string[] = ['cached', 'authorized', 'open'];

function policyEntry(authorization: Authorization, resourcePath: string): PolicyEntry {
  const { principalId, policy, methodArn, sourceIp, verdict } = authorization;
  const asked = invoking(methodArn, sourceIp);
  // `arn:…/<stage>/<method>`, and then the client's path, which may hold a token.
  const [api, stage, method = ''] = methodArn.split('/');
  const resourceArn = `${api}/${stage}/${knownMethod(method)}${resourcePath}`;
  return {
    principal: safeText(principalId),
    methodArn: resourceArn,
    verdict,
    statements: policy.slice(0, maxListLength).map((statement) => {
      const matching = matchingResources(statement, asked);
      return {
        effect: statement.effect,
        actions: statement.actions.slice(0, maxListLength).map(safeText),
        resources: statement.resources.slice(0, maxListLength).map((pattern) => ({
          // Some authorizers allow exactly the ARN that they were called with.
          pattern: safeText(pattern.replaceAll(methodArn, resourceArn)),
          matches: matching.includes(pattern),
        })),
      };
    }),
  };
}

/** A step whose names, which a template may choose, are bounded. */
function stepEntry(step: Step): Step {
  switch (step.step) {
    case 'identity': {
      const sources = step.sources.slice(0, maxListLength);
      return {
        ...step,
        sources: sources.map((source) => ({ ...source, name: safeText(source.name) })),
      };
    }
    case 'limits':
      return { ...step, plan: safeText(step.plan) };
    case 'validation':
      return { ...step, parameters: step.parameters.slice(0, maxListLength).map(safeText) };
    default:
      return step;
  }
}

function decisionOf(statusCode: number, admitted: boolean): RequestEntry['decision'] {
  if (statusCode >= 500) return 'failed';
  return admitted ? 'allowed' : 'refused';
}

function useOfAuthorizer({ authorizerMs, authorization }: Outcome): RequestEntry['authorizer'] {
  if (authorizerMs !== undefined) return 'called';
  return authorization?.cached ? 'cached' : 'not called';
}

/** What the console shows of a request, as far as it is known when it has been answered. */
export function requestEntry(outcome: Outcome): RequestEntry {
  const { authorization, authorizerMs, client, resourcePath, statusCode } = outcome;
  const admitted = admissions.includes(outcome.decision);
  const judged = authorization !== undefined && resourcePath !== undefined;
  return {
    id: outcome.requestId,
    time: outcome.receivedAt,
    api: outcome.label === undefined ? null : safeText(outcome.label),
    method: knownMethod(outcome.method),
    route: resourcePath ?? null,
    client: client === undefined ? null : safeText(client),
    decision: decisionOf(statusCode, admitted),
    type: admitted ? null : outcome.decision,
    reason: null,
    authorizer: useOfAuthorizer(outcome),
    status: statusCode,
    totalMs: outcome.totalMs,
    authorizerMs: authorizerMs ?? null,
    steps: outcome.steps.map(stepEntry),
    policy: judged ? policyEntry(authorization, resourcePath) : null,
  };
}
