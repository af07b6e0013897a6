import { isPresent } from './authorize/authorize.ts';
import { parameterValues } from './parameter-values.ts';
import { mediaType } from './request/headers.ts';
import type { Method, UsagePlan } from './rest-api.ts';
import type { AnyStage } from './stages.ts';
import type { Step } from './step.ts';

/** The milliseconds that the functions of a request took; undefined for one that was not called. */
interface FunctionTimes {
  readonly authorizerMs: number | undefined;
  readonly integrationMs: number | undefined;
}

function limitsStep({ id, name, description, throttle, quota }: UsagePlan): Step {
  return {
    step: 'limits',
    plan: name ?? description ?? id,
    rate: throttle?.rate ?? null,
    burst: throttle?.burst ?? null,
    quota: quota === undefined ? null : { limit: quota.limit, period: quota.period },
  };
}

/** The steps up to the authorizer's verdict; the last one may be where the request ended. */
function* authorizerSteps(
  authorizer: NonNullable<Method['authorizer']>,
  reached: AnyStage,
  authorizerMs: number | undefined,
): Generator<Step, boolean> {
  const { identity, authorization, receivedAt } = reached;
  yield {
    step: 'identity',
    sources: authorizer.identitySources.map(({ kind, name }) => ({
      kind,
      name,
      isPresent: isPresent(parameterValues({ kind, name }, reached)),
    })),
  };
  if (identity === undefined) return false;
  const keptUntil = authorization?.keptUntil;
  if (authorization?.cached) {
    yield { step: 'kept', keptForMs: keptUntil === undefined ? null : keptUntil - receivedAt };
  } else {
    const keptForMs = keptUntil === undefined ? null : authorizer.ttlSeconds * 1000;
    yield { step: 'asked', ms: authorizerMs ?? null, keptForMs };
  }
  if (authorization === undefined) return false;
  yield { step: 'policy' };
  return authorization.verdict === 'allow';
}

function* walk(reached: AnyStage, times: FunctionTimes): Generator<Step> {
  const { api, request, route, usagePlanKey, isCounted, isValid } = reached;
  yield { step: 'request' };
  if (request === undefined) return;
  yield { step: 'route' };
  if (route === undefined) return;
  const { authorizer, apiKeyRequired, requiredParameters, bodySchemas, integration } = route.method;
  if (authorizer === undefined) yield { step: 'open' };
  else if (!(yield* authorizerSteps(authorizer, reached, times.authorizerMs))) return;
  if (apiKeyRequired) {
    yield { step: 'key', from: api.apiKeySource };
    if (usagePlanKey === undefined) return;
    yield limitsStep(usagePlanKey.plan);
    if (isCounted !== true) return;
  }
  const parameters = requiredParameters.map(({ name }) => name);
  yield { step: 'validation', parameters, checksBody: bodySchemas.has(mediaType(request.headers)) };
  if (isValid !== true) return;
  yield { step: 'integration', type: integration.type, ms: times.integrationMs ?? null };
}

/** The steps that a request took, in the order of the pipeline. */
export function stepsTaken(reached: AnyStage, times: FunctionTimes): readonly Step[] {
  return [...walk(reached, times)];
}
