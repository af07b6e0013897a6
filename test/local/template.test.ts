import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resolve, type Scope } from '../../local/template/resolve.ts';
import { asTemplate } from '../../local/template/template.ts';
import { onlyStack } from './support/only-stack.ts';

const stackOf = (template: object) => onlyStack({ Resources: {}, ...template });

/** The value of an expression, as an output of a stack with one resource of some kinds. */
function evaluate(expression: unknown): unknown {
  const stack = stackOf({
    Parameters: {
      Text: { Type: 'String', Default: 'text' },
      List: { Type: 'CommaDelimitedList', Default: 'a,b,c' },
      Numbers: { Type: 'List<Number>', Default: '1,2' },
    },
    Conditions: {
      Yes: { 'Fn::Equals': [{ Ref: 'Text' }, 'text'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    },
    Mappings: { Sizes: { small: { memory: 128 } } },
    Resources: {
      Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'jobs' } },
      Function: { Type: 'AWS::Lambda::Function' },
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'token' } },
      Api: { Type: 'AWS::ApiGateway::RestApi' },
      Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'prod' } },
      Queue: { Type: 'AWS::SQS::Queue' },
      Role: { Type: 'AWS::IAM::Role' },
      Logs: { Type: 'AWS::Logs::LogGroup' },
      Global: { Type: 'AWS::DynamoDB::GlobalTable' },
      Circle: { Type: 'AWS::SQS::Queue', Properties: { A: { Ref: 'Circle' } } },
    },
    Outputs: { Value: { Value: expression } },
  });
  return stack.findOutput(() => true);
}

const lambdaArn = 'arn:aws:lambda:eu-west-1:000000000000:function:Stack-Function';

describe('an expression', () => {
  test.each<[name: string, expression: unknown, value: unknown]>([
    ['data', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
    ['a parameter', { Ref: 'Text' }, 'text'],
    ['a list parameter', { Ref: 'List' }, ['a', 'b', 'c']],
    ['a parameter of numbers', { Ref: 'Numbers' }, ['1', '2']],
    ['the region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['a named table', { Ref: 'Table' }, 'jobs'],
    ['a function', { Ref: 'Function' }, 'Stack-Function'],
    ['a stage', { Ref: 'Stage' }, 'prod'],
    ['an attribute', { 'Fn::GetAtt': ['Function', 'Arn'] }, lambdaArn],
    ['an attribute with a dot', { 'Fn::GetAtt': 'Function.Arn' }, lambdaArn],
    [
      'an attribute by a Ref',
      { 'Fn::GetAtt': ['Table', { 'Fn::Sub': 'Arn' }] },
      'arn:aws:dynamodb:eu-west-1:000000000000:table/jobs',
    ],
    [
      'an ARN of a global table',
      { 'Fn::GetAtt': ['Global', 'Arn'] },
      'arn:aws:dynamodb:eu-west-1:000000000000:table/Stack-Global',
    ],
    [
      'an ARN of another service',
      { 'Fn::GetAtt': ['Queue', 'Arn'] },
      'arn:aws:sqs:eu-west-1:000000000000:Stack-Queue',
    ],
    [
      'an ARN of a role',
      { 'Fn::GetAtt': ['Role', 'Arn'] },
      'arn:aws:iam::000000000000:role/Stack-Role',
    ],
    [
      'an ARN of a log group',
      { 'Fn::GetAtt': ['Logs', 'Arn'] },
      'arn:aws:logs:eu-west-1:000000000000:log-group:Stack-Logs:*',
    ],
    ['an identifier', { 'Fn::GetAtt': ['Queue', 'Id'] }, 'Stack-Queue'],
    ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Text' }, 1]] }, 'a-text-1'],
    ['a join of a parameter', { 'Fn::Join': ['', { Ref: 'List' }] }, 'abc'],
    [
      'a substitution',
      { 'Fn::Sub': `\${Text} \${ AWS::Partition } \${!Text} \${Function.Arn}` },
      `text aws \${Text} ${lambdaArn}`,
    ],
    [
      'a substitution with variables',
      { 'Fn::Sub': [`\${a}\${Text}`, { a: { Ref: 'Text' } }] },
      'texttext',
    ],
    ['a selection', { 'Fn::Select': ['1', { 'Fn::Split': ['-', 'a-b'] }] }, 'b'],
    ['a choice', { 'Fn::If': ['Yes', 1, { Ref: 'Missing' }] }, 1],
    ['the other choice', { 'Fn::If': ['No', { Ref: 'Missing' }, 2] }, 2],
    [
      'no value in an object',
      { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, b: 1 },
      { b: 1 },
    ],
    ['no value in a list', [1, { Ref: 'AWS::NoValue' }], [1]],
    ['a mapping', { 'Fn::FindInMap': ['Sizes', 'small', 'memory'] }, 128],
    ['and', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    ['or', { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
    [
      'a policy with conditions',
      { Condition: { StringEquals: { a: { Ref: 'Text' } } } },
      { Condition: { StringEquals: { a: 'text' } } },
    ],
  ])('%s', (_, expression, value) => {
    expect(evaluate(expression)).toEqual(value);
  });

  test('a secret is its ARN, from which its name can be taken', () => {
    const arn = evaluate({ Ref: 'Secret' });
    expect(arn).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:token-\w{6}$/);
  });

  test('an API has an identifier and a root of its own, always the same', () => {
    const [id, restApiId, root] = [
      { Ref: 'Api' },
      { 'Fn::GetAtt': ['Api', 'RestApiId'] },
      { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
    ].map(evaluate);
    expect(id).toMatch(/^[\da-z]{10}$/);
    expect(restApiId).toBe(id);
    expect(root).not.toBe(id);
    expect(evaluate({ Ref: 'Api' })).toBe(id);
  });

  test.each<[name: string, expression: unknown, message: string]>([
    ['a function that is not known', { 'Fn::Cidr': [] }, 'output Value: Fn::Cidr is not supported'],
    ['a name of Object.prototype', { 'Fn::toString': 1 }, 'Fn::toString is not supported'],
    ['a resource that is not there', { Ref: 'Missing' }, 'Missing does not exist'],
    ['a variable that is not there', { 'Fn::Sub': `\${Missing}` }, 'Missing does not exist'],
    [
      'an attribute that is not known',
      { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      'the attribute Table.StreamArn does not exist',
    ],
    [
      'an attribute that an API does not have',
      { 'Fn::GetAtt': ['Api', 'Name'] },
      'the attribute Api.Name',
    ],
    ['variables that are no object', { 'Fn::Sub': [`\${Missing}`, 1] }, 'Missing does not exist'],
    ['an attribute of nothing', { 'Fn::GetAtt': ['Missing', 'Arn'] }, 'the attribute Missing.Arn'],
    ['a condition that is not there', { 'Fn::If': ['Missing', 1, 2] }, 'the condition Missing'],
    [
      'a mapping that is not there',
      { 'Fn::FindInMap': ['Sizes', 'large', 'memory'] },
      'the mapping Sizes.large.memory',
    ],
    [
      'a map that is not there',
      { 'Fn::FindInMap': ['None', 'large', 'memory'] },
      'the mapping None',
    ],
    ['an item that is not there', { 'Fn::Select': [3, ['a']] }, 'item 3 does not exist'],
    ['a list of the wrong length', { 'Fn::If': ['Yes', 1] }, 'Fn::If needs a list of 3 items'],
    ['no list', { 'Fn::And': 'x' }, 'Fn::And needs a list'],
    ['no text', { 'Fn::Join': ['', [{ a: 1 }]] }, 'Fn::Join needs text'],
    ['a resource that needs itself', { Ref: 'Circle' }, 'resource Circle: it refers to itself'],
  ])('%s is a problem', (_, expression, message) => {
    expect(() => evaluate(expression)).toThrow(message);
  });
});

describe('a stack', () => {
  test('has the resources and outputs whose condition holds', () => {
    const Type = 'AWS::SQS::Queue';
    const stack = stackOf({
      Conditions: { No: { 'Fn::Equals': [1, 2] } },
      Resources: { A: { Type }, B: { Type, Condition: 'No' } },
      Outputs: { A: { Description: 'a', Value: 1 }, B: { Value: 2, Condition: 'No' } },
    });
    expect(stack.resources(Type).map(({ logicalId }) => logicalId)).toEqual(['A']);
    expect(stack.outputs()).toEqual([{ logicalId: 'A', description: 'a', value: 1 }]);
  });

  test('leaves alone what nobody asks for', () => {
    const stack = stackOf({
      Resources: { A: { Type: 'A', Properties: { a: { 'Fn::Unknown': 1 } } }, B: { Type: 'B' } },
    });
    expect(stack.resources('B')).toHaveLength(1);
    expect(() => stack.resources('A')).toThrow('resource A: Fn::Unknown is not supported');
  });

  test.each([
    ['nothing', null],
    ['no resources', {}],
    ['a resource without a type', { Resources: { A: {} } }],
  ])('is not there with %s', (_, template) => {
    expect(() => asTemplate(template, 'x.json')).toThrow('x.json');
  });
});

describe('property:', () => {
  const scope: Scope = {
    ref: (name) => `<${name}>`,
    getAtt: (id, attribute) => `<${id}.${attribute}>`,
    condition: () => true,
    mapping: () => undefined,
    importValue: () => undefined,
    stackOutput: () => undefined,
  };
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);

  test('data without intrinsic functions is copied as it is', () => {
    const isCall = (key: string) => key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
    const key = fc.string().filter((text) => !isCall(text));
    const { data } = fc.letrec((tie) => ({
      data: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 1.5),
        fc.string(),
        fc.array(tie('data'), { maxLength: 3 }),
        fc.dictionary(key, tie('data'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(data, (value) => {
        expect(JSON.stringify(resolve(value, scope, 'x'))).toBe(JSON.stringify(value));
      }),
    );
  });

  test('Fn::Sub is the Fn::Join of its parts', () => {
    const literal = fc.string().filter((text) => !text.includes('$'));
    const part = fc.oneof(
      literal.map((text) => ({ sub: text, join: text as unknown })),
      name.map((id) => ({ sub: `\${${id}}`, join: { Ref: id } })),
      fc.tuple(name, name).map(([id, attribute]) => ({
        sub: `\${${id}.${attribute}}`,
        join: { 'Fn::GetAtt': [id, attribute] },
      })),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const sub = { 'Fn::Sub': parts.map((one) => one.sub).join('') };
        const join = { 'Fn::Join': ['', parts.map((one) => one.join)] };
        expect(resolve(sub, scope, 'x')).toBe(resolve(join, scope, 'x'));
      }),
    );
  });

  test('Fn::Select takes out what Fn::Join has put in and Fn::Split has parted', () => {
    const item = fc.string().filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), fc.nat(), (items, at) => {
        const index = at % items.length;
        const split = { 'Fn::Split': ['/', { 'Fn::Join': ['/', items] }] };
        expect(resolve({ 'Fn::Select': [index, split] }, scope, 'x')).toBe(items[index]);
      }),
    );
  });
});
