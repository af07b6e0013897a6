import type { ApiKeys, KeptApiKey } from '../api/authorize/api-keys.ts';
import { stringAt } from '../json.ts';
import { randomId } from '../random-id.ts';
import { importApiKeys } from './import-api-keys.ts';
import { pageOf } from './page.ts';
import { AwsError, type AwsRequest, type AwsService, jsonBody, jsonResponse } from './service.ts';

const keysRoute = /^\/apikeys(?:\/([^/]+))?$/;
const planKeysRoute = /^\/usageplans\/([^/]+)\/keys(?:\/([^/]+))?$/;

/** Source: API Gateway Developer Guide, "API Gateway API key file format". */
const isKeyValue = (value: string) => /^[A-Za-z0-9]{20,128}$/.test(value);

const accepted = { status: 202, body: '' };

/** An error for a resource that is not there. */
export const notFound = (what: string) =>
  new AwsError(404, 'NotFoundException', `Invalid ${what} identifier specified`);
const conflict = (message: string) => new AwsError(409, 'ConflictException', message);

/**
 * API Gateway's keys over HTTP: making, importing, listing and removing them, and putting them into usage
 * plans. A new key works at once.
 *
 * Source: API Gateway API Reference, `CreateApiKey`, `ImportApiKeys`, `GetApiKeys`, `DeleteApiKey`,
 * `CreateUsagePlanKey`, `GetUsagePlanKeys`, `DeleteUsagePlanKey`.
 */
export function apiKeys(keys: ApiKeys): AwsService {
  return (request) => {
    const ofKeys = keysRoute.exec(request.path);
    if (ofKeys !== null) return answerKeys(keys, request, ofKeys[1]);
    const [, planId, keyId] = planKeysRoute.exec(request.path) ?? [];
    return planId === undefined ? undefined : answerPlanKeys(keys, request, planId, keyId);
  };
}

function answerKeys(keys: ApiKeys, request: AwsRequest, id: string | undefined) {
  const { method, query } = request;
  if (id !== undefined) {
    if (method !== 'DELETE') return undefined;
    if (!keys.remove(id)) throw notFound('API Key');
    return accepted;
  }
  if (method === 'GET') {
    const prefix = query.get('name') ?? '';
    const found = keys.all().filter(({ name }) => name.startsWith(prefix));
    const withValues = query.get('includeValues') === 'true';
    return jsonResponse(
      200,
      pageOf(found, query, (key) => describe(key, withValues)),
    );
  }
  if (method !== 'POST') return undefined;
  if (query.get('mode') === 'import') {
    return jsonResponse(201, importApiKeys(keys, request.body, isKeyValue));
  }
  return jsonResponse(201, describe(create(keys, request), true));
}

function create(keys: ApiKeys, request: AwsRequest): KeptApiKey {
  const input = jsonBody(request);
  const value = stringAt(input, 'value') ?? randomId(20, 'hex');
  if (!isKeyValue(value)) {
    throw new AwsError(
      400,
      'BadRequestException',
      'API Key value must be alphanumeric, with 20 to 128 characters',
    );
  }
  const name = stringAt(input, 'name') ?? value;
  const description = stringAt(input, 'description');
  const key = keys.create({ name, value, description, enabled: input.enabled === true });
  if (key === undefined) throw conflict('API Key already exists');
  return key;
}

function answerPlanKeys(
  keys: ApiKeys,
  request: AwsRequest,
  planId: string,
  keyId: string | undefined,
) {
  const { method, query } = request;
  const members = keys.ofPlan(planId);
  if (members === undefined) throw notFound('Usage Plan');
  if (keyId !== undefined) {
    if (method !== 'DELETE') return undefined;
    if (!keys.leave(keyId, planId)) throw notFound('Usage Plan Key');
    return accepted;
  }
  if (method === 'GET') return jsonResponse(200, pageOf(members, query, describeMember));
  if (method !== 'POST') return undefined;
  const key = keys.byId(stringAt(jsonBody(request), 'keyId') ?? '');
  if (key === undefined) throw notFound('API Key');
  if (!keys.join(key.id, planId)) {
    throw conflict(`API Key ${key.id} is in a usage plan of the same stage already`);
  }
  return jsonResponse(201, describeMember(key));
}

function describe(key: KeptApiKey, withValue: boolean): object {
  const { id, name, value, description, enabled, createdAt } = key;
  const seconds = Math.floor(createdAt / 1_000);
  return {
    id,
    name,
    ...(withValue && { value }),
    description,
    enabled,
    createdDate: seconds,
    lastUpdatedDate: seconds,
    stageKeys: [],
  };
}

const describeMember = ({ id, name, value }: KeptApiKey) => ({ id, type: 'API_KEY', name, value });
