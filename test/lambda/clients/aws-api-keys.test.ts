import {
  BadRequestException,
  ConflictException,
  NotFoundException,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, test } from '@jest/globals';
import { awsApiKeys } from '../../../lambda/clients/aws-api-keys.ts';
import { planIdsOf } from '../../../lambda/clients/plan-ids.ts';

interface Sent {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const planIds = planIdsOf(['standard', 'gold'], 'plan-s plan-g');
const VALUE = 'a'.repeat(40);

/** Keys over a client of the SDK that answers from a list, and keeps what it was sent. */
function keysAnswering(...answers: unknown[]) {
  const sent: Sent[] = [];
  const send = async (command: { readonly input: Sent['input'] }) => {
    sent.push({ command: command.constructor.name.replace(/Command$/, ''), input: command.input });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { sent, keys: awsApiKeys({ send } as never, planIds, 'clients') };
}

const fault = { message: 'x', $metadata: {} };
const conflict = () => new ConflictException(fault);
const notFound = () => new NotFoundException(fault);
const badRequest = () => new BadRequestException(fault);

describe('a key', () => {
  test('is made under its value as its name, and says that it opens nothing', async () => {
    const { keys, sent } = keysAnswering({ id: 'k1' }, conflict(), new Error('other'), {});
    expect(await keys.make(VALUE)).toBe('k1');
    expect(await keys.make(VALUE)).toBeUndefined();
    await expect(keys.make(VALUE)).rejects.toThrow('other');
    await expect(keys.make(VALUE)).rejects.toThrow('API Gateway gave a new key no id');
    expect(sent[0]).toEqual({
      command: 'CreateApiKey',
      input: {
        name: VALUE,
        value: VALUE,
        description: 'Names a client of table clients to API Gateway, and opens nothing',
        enabled: true,
      },
    });
  });

  test('is found by its whole name only', async () => {
    const { keys, sent } = keysAnswering(
      {
        items: [
          { id: 'k0', name: `${VALUE}b` },
          { id: 'k1', name: VALUE },
        ],
      },
      { items: [{ id: 'k0', name: `${VALUE}b` }] },
      {},
    );
    expect(await keys.idOf(VALUE)).toBe('k1');
    expect(await keys.idOf(VALUE)).toBeUndefined();
    expect(await keys.idOf(VALUE)).toBeUndefined();
    expect(sent[0]).toEqual({ command: 'GetApiKeys', input: { nameQuery: VALUE } });
  });

  test('is removed, also when it has gone', async () => {
    const { keys, sent } = keysAnswering({}, notFound(), new Error('other'));
    await keys.remove('k1');
    await keys.remove('k1');
    await expect(keys.remove('k1')).rejects.toThrow('other');
    expect(sent[0]).toEqual({ command: 'DeleteApiKey', input: { apiKey: 'k1' } });
  });
});

describe('a plan', () => {
  test('takes a key, unless another plan has it', async () => {
    const { keys, sent } = keysAnswering({}, conflict(), notFound(), new Error('other'));
    expect(await keys.addToPlan('k1', 'gold')).toBe(true);
    expect(await keys.addToPlan('k1', 'gold')).toBe(false);
    expect(await keys.addToPlan('k1', 'gold')).toBe(false);
    await expect(keys.addToPlan('k1', 'gold')).rejects.toThrow('other');
    expect(sent[0]).toEqual({
      command: 'CreateUsagePlanKey',
      input: { usagePlanId: 'plan-g', keyId: 'k1', keyType: 'API_KEY' },
    });
  });

  test('lets a key go, also when it has gone', async () => {
    const { keys, sent } = keysAnswering({}, notFound(), new Error('other'));
    await keys.removeFromPlan('k1', 'standard');
    await keys.removeFromPlan('k1', 'standard');
    await expect(keys.removeFromPlan('k1', 'standard')).rejects.toThrow('other');
    expect(sent[0]).toEqual({
      command: 'DeleteUsagePlanKey',
      input: { usagePlanId: 'plan-s', keyId: 'k1' },
    });
  });

  test('lists its keys in pages', async () => {
    const { keys, sent } = keysAnswering(
      { items: [{ id: 'k1', name: VALUE, value: VALUE }], position: 'p2' },
      {},
    );
    expect(await keys.keysOf('gold')).toEqual({
      keys: [{ id: 'k1', name: VALUE, value: VALUE }],
      next: 'p2',
    });
    expect(await keys.keysOf('gold', 'p2')).toEqual({ keys: [] });
    expect(sent).toEqual([
      { command: 'GetUsagePlanKeys', input: { usagePlanId: 'plan-g', limit: 500 } },
      {
        command: 'GetUsagePlanKeys',
        input: { usagePlanId: 'plan-g', limit: 500, position: 'p2' },
      },
    ]);
  });

  test('of this table are listed, in whatever plan, and no others', async () => {
    const description = 'Names a client of table clients to API Gateway, and opens nothing';
    const { keys, sent } = keysAnswering(
      {
        items: [
          { id: 'k1', name: VALUE, description },
          { id: 'k2', name: VALUE, description: description.replace('clients', 'others') },
          { id: 'k3', name: VALUE },
        ],
        position: 'p2',
      },
      {},
    );
    expect(await keys.allKeys()).toEqual({
      keys: [{ id: 'k1', name: VALUE, value: VALUE }],
      next: 'p2',
    });
    expect(await keys.allKeys('p2')).toEqual({ keys: [] });
    expect(sent).toEqual([
      { command: 'GetApiKeys', input: { limit: 500 } },
      { command: 'GetApiKeys', input: { limit: 500, position: 'p2' } },
    ]);
  });

  test("is found by a key, and plans of others are not the tiers'", async () => {
    const { keys, sent } = keysAnswering(
      { items: [{ id: 'somebody-elses' }, { id: 'plan-g' }], position: 'p2' },
      { items: [{ id: 'plan-s' }] },
      notFound(),
    );
    expect(await keys.plansOf('k1')).toEqual(['standard', 'gold']);
    expect(await keys.plansOf('k1')).toEqual([]);
    expect(sent[1]).toEqual({
      command: 'GetUsagePlans',
      input: { keyId: 'k1', limit: 500, position: 'p2' },
    });
  });

  test('has an id, and one that is not there has none', () => {
    const { keys } = keysAnswering();
    expect(keys.planId('gold')).toBe('plan-g');
    expect(() => keys.planId('iron')).toThrow('there is no plan iron');
  });
});

describe('many keys', () => {
  const values = [VALUE, 'b'.repeat(40)];

  test('are made in a plan by one file', async () => {
    const { keys, sent } = keysAnswering({ ids: ['k1', 'k2'] });
    expect(await keys.makeMany(values, 'gold')).toBe(true);
    const { body, ...input } = sent[0]?.input ?? {};
    expect(input).toEqual({ format: 'csv', failOnWarnings: false });
    const row = (value: string) =>
      `${value},${value},"Names a client of table clients to API Gateway, and opens nothing",TRUE,plan-g`;
    expect(String(body)).toBe(
      ['Name,key,description,Enabled,usageplanIds', ...values.map(row)].join('\n'),
    );
  });

  test.each([
    ['a warning', { ids: ['k1', 'k2'], warnings: ['x'] }],
    ['fewer ids', { ids: ['k1'], warnings: [] }],
    ['an empty answer', {}],
    ['a conflict', conflict()],
    ['a bad request', badRequest()],
  ])('are not taken for made after %s', async (_, answer) => {
    expect(await keysAnswering(answer).keys.makeMany(values, 'gold')).toBe(false);
  });

  test('are a fault after any other error', async () => {
    const { keys } = keysAnswering(new Error('other'));
    await expect(keys.makeMany(values, 'gold')).rejects.toThrow('other');
  });
});

test.each([
  [['standard'], '', '1 plans, but PLAN_IDS is ""'],
  [['standard', 'gold'], 'plan plan', '2 plans, but PLAN_IDS is "plan plan"'],
  [[], 'plan', '0 plans, but PLAN_IDS is "plan"'],
])('plans %j do not fit the ids %j', (plans, ids, message) => {
  expect(() => planIdsOf(plans, ids)).toThrow(new TypeError(message));
});

test('there may be no plans', () => {
  expect(planIdsOf([], '').size).toBe(0);
});
