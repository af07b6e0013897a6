import type { ApiKeys } from '../api/authorize/api-keys.ts';
import type { Gateway } from '../api/gateway.ts';
import type { UsagePlan } from '../api/rest-api.ts';
import { notFound } from './api-keys.ts';
import { pageOf } from './page.ts';
import { AwsError, type AwsResponse, type AwsService, jsonResponse } from './service.ts';

const flushRoute = /^\/restapis\/([^/]+)\/stages\/([^/]+)\/cache\/authorizers$/;
const planRoute = /^\/usageplans(?:\/([^/]+)(\/usage)?)?$/;

/** Source: AWS Knowledge Center, "How can I get the usage associated with an API key?" */
const maxDays = 90;

/** A stage, as far as this service is about it. */
type Stage = Pick<Gateway, 'api' | 'flush' | 'usageOf'>;

/**
 * API Gateway over HTTP: forgetting the authorizer results of a stage, and what usage plans are and have
 * counted. One answer holds all keys of a plan: there is no second page.
 *
 * Source: API Gateway API Reference, `FlushStageAuthorizersCache`, `GetUsagePlans`, `GetUsagePlan`,
 * `GetUsage`.
 */
export function apiGateway(stages: readonly Stage[], keys: ApiKeys): AwsService {
  return ({ method, path, query }) => {
    const [, id, name] = flushRoute.exec(path) ?? [];
    if (id !== undefined && method === 'DELETE') {
      const stage = stages.find(({ api }) => api.id === id && api.stage === name);
      if (stage === undefined) {
        throw new AwsError(404, 'NotFoundException', 'Invalid stage identifier specified');
      }
      stage.flush();
      return { status: 202, body: '' };
    }
    const route = planRoute.exec(path);
    if (route === null || method !== 'GET') return undefined;
    const [, planId, isUsage] = route;
    if (planId === undefined) return jsonResponse(200, listPlans(stages, keys, query));
    // All stages of a plan count its requests together: any of them knows.
    const ofPlan = stages.filter(({ api }) => api.usagePlans.some((one) => one.id === planId));
    const [stage] = ofPlan;
    const plan = stage?.api.usagePlans.find((one) => one.id === planId);
    if (stage === undefined || plan === undefined) {
      throw new AwsError(404, 'NotFoundException', 'Invalid Usage Plan ID specified');
    }
    return isUsage === undefined
      ? jsonResponse(200, describe(ofPlan, plan))
      : usage(stage, plan, query);
  };
}

/** The plans of all stages, or those that a key is in. */
function listPlans(stages: readonly Stage[], keys: ApiKeys, query: URLSearchParams): object {
  const all = new Map(stages.flatMap(({ api }) => api.usagePlans).map((plan) => [plan.id, plan]));
  const keyId = query.get('keyId');
  const key = keyId === null ? undefined : keys.byId(keyId);
  if (keyId !== null && key === undefined) throw notFound('API Key');
  const plans = [...all.values()]
    .map((plan, index) => ({ plan, serial: index + 1 }))
    .filter(({ plan }) => key?.planIds.has(plan.id) ?? true);
  return pageOf(plans, query, ({ plan }) =>
    describe(
      stages.filter(({ api }) => api.usagePlans.some(({ id }) => id === plan.id)),
      plan,
    ),
  );
}

function describe(stages: readonly Stage[], plan: UsagePlan): object {
  const { id, name, description, throttle, quota } = plan;
  return {
    id,
    name: name ?? id,
    description,
    apiStages: stages.map(({ api }) => ({ apiId: api.id, stage: api.stage })),
    ...(throttle && { throttle: { burstLimit: throttle.burst, rateLimit: throttle.rate } }),
    ...(quota && { quota }),
  };
}

function usage(stage: Stage, { id: usagePlanId }: UsagePlan, query: URLSearchParams): AwsResponse {
  const [startDate, from] = dateAt(query, 'startDate');
  const [endDate, to] = dateAt(query, 'endDate');
  const days = (to - from) / 86_400_000 + 1;
  if (days < 1 || days > maxDays) {
    throw new AwsError(400, 'BadRequestException', 'Invalid date range specified');
  }
  const keyId = query.get('keyId') ?? undefined;
  const used = stage.usageOf(usagePlanId, from, to, keyId) ?? [];
  // The SDKs call the member `items`; on the wire it is `values`.
  return jsonResponse(200, { usagePlanId, startDate, endDate, values: Object.fromEntries(used) });
}

/** A day as it was sent, and its midnight UTC in milliseconds since 1970. */
function dateAt(query: URLSearchParams, name: string): [text: string, midnight: number] {
  const text = query.get(name) ?? '';
  const midnight = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // `2026-02-30` is the second of March to JavaScript.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== text) {
    throw new AwsError(400, 'BadRequestException', `Invalid ${name} specified`);
  }
  return [text, midnight];
}
