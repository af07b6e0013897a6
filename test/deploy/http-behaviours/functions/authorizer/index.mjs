// An authorizer that does what the first word of the token says, and counts how often it is asked.
const calls = new Map();

export async function handler(event) {
  if (event.type !== 'REQUEST') {
    const { token } = event.queryStringParameters ?? {};
    return { statusCode: 200, body: JSON.stringify({ calls: calls.get(token) ?? 0 }) };
  }
  const token = event.headers['x-token'];
  calls.set(token, (calls.get(token) ?? 0) + 1);
  const [what] = token.split('.');
  if (what === 'unauthorized') throw new Error('Unauthorized');
  if (what === 'error') throw new Error('something else');
  if (what === 'policyless') return { principalId: 'someone' };
  const [stageArn] = /^[^/]+\/[^/]+\//.exec(event.routeArn);
  return {
    principalId: 'someone',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: what === 'deny' ? 'Deny' : 'Allow',
          Resource: [what === 'route' ? event.routeArn : `${stageArn}*`],
        },
      ],
    },
    context: {
      number: 1.5,
      boolean: true,
      text: 'ä "quoted" text',
      header: event.headers['x-token'],
      version: event.version,
      routeArn: event.routeArn,
    },
  };
}
