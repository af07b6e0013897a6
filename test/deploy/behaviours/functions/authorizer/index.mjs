// What an authorizer can do. A token says `{what}.{unique}`, or `{what}.{unique}.{until}`: then it is
// allowed from that time on, in milliseconds since 1970.
const calls = new Map();

const allow = (Resource, context) => ({
  principalId: 'someone',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource }],
  },
  context,
});

const answers = {
  allow: (event) =>
    allow('*', {
      methodArn: event.methodArn,
      headers: JSON.stringify(event.multiValueHeaders),
      number: 1.5,
      boolean: true,
      text: 'ä "quoted" text',
    }),
  method: (event) => allow(event.methodArn),
  crossing: (_, stage) => allow(`${stage}GET/*`),
  character: (_, stage) => allow(`${stage}GET/ech?`),
  elsewhere: (_, stage) => allow(`${stage}GET/elsewhere`),
  deny: () => {
    const answer = allow('*');
    answer.policyDocument.Statement[0].Effect = 'Deny';
    return answer;
  },
  nothing: () => null,
  policyless: () => ({ principalId: 'someone' }),
  http: () => ({ statusCode: 401, body: 'Unauthorized' }),
  nested: () => allow('*', { nested: { a: 1 } }),
  list: () => allow('*', { list: ['a'] }),
  unauthorized: () => {
    throw new Error('Unauthorized');
  },
  error: () => {
    throw new Error('Unauthorized: no such token');
  },
  slow: () => new Promise((resolve) => setTimeout(resolve, 3_000)),
};

export const handler = async (event) => {
  // Behind a method of its own, the same function says how often it was asked about a token.
  if (event.type !== 'REQUEST') {
    const count = calls.get(event.queryStringParameters.token) ?? 0;
    return { statusCode: 200, body: JSON.stringify({ calls: count }) };
  }
  const isToken = ([name]) => name.toLowerCase() === 'x-token';
  const [, token] = Object.entries(event.headers).find(isToken);
  calls.set(token, (calls.get(token) ?? 0) + 1);
  const [what, , until] = token.split('.');
  const answer = Date.now() >= Number(until) ? answers.allow : answers[what];
  return answer(event, event.methodArn.replace(/^([^/]+\/[^/]+\/).*/, '$1'));
};
