import {
  type APIGatewayClient,
  BadRequestException,
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeysCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  ImportApiKeysCommand,
  NotFoundException,
} from '@aws-sdk/client-api-gateway';
import type { ApiKeys } from './ports.ts';

/** The most that API Gateway lists in a page. */
const MAX_PAGE = 500;

/**
 * API Gateway's keys through the SDK.
 *
 * @param planIds the ids of the tiers' usage plans, by the tiers' names
 * @param tableName by which the keys of this table are told from those of others, also in no plan
 */
export function awsApiKeys(
  client: APIGatewayClient,
  planIds: ReadonlyMap<string, string>,
  tableName: string,
): ApiKeys {
  const description = `Names a client of table ${tableName} to API Gateway, and opens nothing`;
  function planId(plan: string): string {
    const id = planIds.get(plan);
    if (id === undefined) throw new Error(`there is no plan ${plan}`);
    return id;
  }

  return {
    planId,

    async make(value) {
      const create = new CreateApiKeyCommand({
        name: value,
        value,
        description,
        enabled: true,
      });
      const made = await unless(ConflictException, client.send(create));
      if (made === undefined) return undefined;
      if (made.id === undefined) throw new Error('API Gateway gave a new key no id');
      return made.id;
    },

    /** Source: API Gateway Developer Guide, "API Gateway API key file format". */
    async makeMany(values, plan) {
      const rows = values.map((value) =>
        [value, value, `"${description}"`, 'TRUE', planId(plan)].join(','),
      );
      const csv = ['Name,key,description,Enabled,usageplanIds', ...rows].join('\n');
      const importKeys = new ImportApiKeysCommand({
        body: Buffer.from(csv),
        format: 'csv',
        failOnWarnings: false,
      });
      // One row that API Gateway does not take may be one that another run made: then one by one.
      const imported = await unless(
        ConflictException,
        unless(BadRequestException, client.send(importKeys)),
      );
      const { ids = [], warnings = [] } = imported ?? {};
      return ids.length === values.length && warnings.length === 0;
    },

    async idOf(value) {
      // It finds all names that begin so; ours are all of one length.
      const { items = [] } = await client.send(new GetApiKeysCommand({ nameQuery: value }));
      return items.find(({ name }) => name === value)?.id;
    },

    async plansOf(keyId) {
      const found = new Set<string>();
      let position: string | undefined;
      do {
        const get = new GetUsagePlansCommand({
          keyId,
          limit: MAX_PAGE,
          ...(position && { position }),
        });
        const page = await unless(NotFoundException, client.send(get));
        for (const { id } of page?.items ?? []) if (id !== undefined) found.add(id);
        position = page?.position;
      } while (position);
      return [...planIds].flatMap(([plan, id]) => (found.has(id) ? [plan] : []));
    },

    async addToPlan(keyId, plan) {
      const add = new CreateUsagePlanKeyCommand({
        usagePlanId: planId(plan),
        keyId,
        keyType: 'API_KEY',
      });
      const added = unless(NotFoundException, unless(ConflictException, client.send(add)));
      return (await added) !== undefined;
    },

    async removeFromPlan(keyId, plan) {
      const remove = new DeleteUsagePlanKeyCommand({ usagePlanId: planId(plan), keyId });
      await unless(NotFoundException, client.send(remove));
    },

    async remove(apiKey) {
      await unless(NotFoundException, client.send(new DeleteApiKeyCommand({ apiKey })));
    },

    async allKeys(position) {
      const page = await client.send(
        new GetApiKeysCommand({
          limit: MAX_PAGE,
          ...(position !== undefined && { position }),
        }),
      );
      const ours = (page.items ?? []).filter((key) => key.description === description);
      return {
        keys: ours.map(({ id = '', name = '' }) => ({ id, name, value: name })),
        ...(page.position && { next: page.position }),
      };
    },

    async keysOf(plan, position) {
      const page = await client.send(
        new GetUsagePlanKeysCommand({
          usagePlanId: planId(plan),
          limit: MAX_PAGE,
          ...(position !== undefined && { position }),
        }),
      );
      return {
        keys: (page.items ?? []).map(({ id = '', name = '', value = '' }) => ({ id, name, value })),
        ...(page.position && { next: page.position }),
      };
    },
  };
}

/** The answer to a call; `undefined` if it failed in the way that is expected. */
async function unless<T>(
  Expected: abstract new (...args: never[]) => Error,
  call: Promise<T>,
): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Expected) return undefined;
    throw error;
  }
}
