import { expect, test } from '@jest/globals';
import { Duration, Lazy, Token } from 'aws-cdk-lib';
import { validClientTable } from '../../../../lib/authorizer/client-table/client-table-props.ts';

const plans = { standard: { rate: 10, burst: 20 } };
const valid = (props: object, usagePlans = true) => validClientTable(props, usagePlans);

test('what is left out gets its default', () => {
  const { keyDelay, ...others } = valid({ plans });
  expect(others).toEqual({ plans, importedKeys: false, allowedSources: false });
  expect(keyDelay.toMinutes()).toBe(30);
});

test('without usage plans there are no plans of the table either', () => {
  expect(valid({ importedKeys: true }, false)).toMatchObject({ plans: {}, importedKeys: true });
});

test.each([0, 1, 24 * 60 * 60])('a key delay of %s seconds is taken', (seconds) => {
  expect(valid({ plans, keyDelay: Duration.seconds(seconds) }).keyDelay.toSeconds()).toBe(seconds);
});

test('limits of a plan may be numbers that only the deployment knows', () => {
  const rate = Token.asNumber(Lazy.any({ produce: () => 1 }));
  expect(() => valid({ plans: { standard: { rate, burst: 1 } } })).not.toThrow();
});

test.each<[string, unknown, string]>([
  [
    'nothing',
    null,
    'clientTable must be an object with plans, importedKeys, allowedSources, keyDelay, got: null',
  ],
  [
    'true',
    true,
    'clientTable must be an object with plans, importedKeys, allowedSources, keyDelay, got: true',
  ],
  [
    'a property that there is not',
    { plans, plan: 1 },
    'clientTable has no property "plan": there are plans, importedKeys, allowedSources, keyDelay',
  ],
  [
    'no plans',
    {},
    'plans of clientTable must be an object such as { standard: { rate: 10, burst: 20 } }, got: undefined',
  ],
  ['a list of plans', { plans: [] }, 'plans of clientTable must be an object such as'],
  [
    'plans that only the deployment knows',
    { plans: Lazy.any({ produce: () => plans }) },
    'plans of clientTable must be an object such as { standard: { rate: 10, burst: 20 } }, got: a token that is only known at deployment',
  ],
  ['an empty object of plans', { plans: {} }, 'plans of clientTable must name at least one plan'],
  [
    'a plan with another name',
    { plans: { ...plans, Gold: plans.standard } },
    'the name of a plan of clientTable must be lower-case words with hyphens between, at most 64 characters, got: "Gold"',
  ],
  [
    'a plan with a long name',
    { plans: { ['a'.repeat(65)]: plans.standard } },
    'the name of a plan of clientTable must be lower-case words',
  ],
  [
    'a plan without limits',
    { plans: { gold: undefined } },
    'plan gold of clientTable must be an object with rate, burst, quota, got: undefined',
  ],
  [
    'a limit that is none',
    { plans: { gold: { rate: 0, burst: 1 } } },
    'rate in plan gold of clientTable must be a number of requests a second above 0',
  ],
  [
    'imported keys that are neither',
    { plans, importedKeys: 'yes' },
    'importedKeys of clientTable must be true or false, got: "yes"',
  ],
  [
    'sources that are no yes or no',
    { plans, allowedSources: ['203.0.113.0/24'] },
    'allowedSources of clientTable must be true or false, got: ["203.0.113.0/24"]',
  ],
  [
    'a key delay that is a number',
    { plans, keyDelay: 30 },
    'keyDelay of clientTable must be a duration such as Duration.minutes(5), got: 30',
  ],
  [
    'a key delay of more than a day',
    { plans, keyDelay: Duration.hours(25) },
    'keyDelay of clientTable must be 0 to 1 day in whole seconds, got: 1 day 1 hour',
  ],
  [
    'a key delay of parts of a second',
    { plans, keyDelay: Duration.millis(1_500) },
    'keyDelay of clientTable must be 0 to 1 day in whole seconds, got: 1 second 500 millis',
  ],
  [
    'a key delay that only the deployment knows',
    { plans, keyDelay: Duration.seconds(Token.asNumber({ Ref: 'Delay' })) },
    'keyDelay of clientTable must be a duration, got: a token that is only known at deployment, and the client function would take it unchecked',
  ],
])('%s is refused in one sentence', (_, props, sentence) => {
  expect(() => valid(props as object)).toThrow(sentence);
});

test.each([
  ['plans', { plans }],
  ['keyDelay', { keyDelay: Duration.minutes(1) }],
])('%s would be a promise that nothing keeps without usage plans', (prop, props) => {
  expect(() => valid(props, false)).toThrow(
    `${prop} of clientTable must be left out with usagePlans: false, because usage plans and their keys are what limits clients`,
  );
});
