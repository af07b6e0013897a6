import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

const PREFIX = 'API_TOKEN_';

// The usual authorizer of examples: plain tokens in the environment and in memory.
const clients = new Map<string, string>();
for (const [name, tokens = ''] of Object.entries(process.env)) {
  if (!name.startsWith(PREFIX)) continue;
  for (const token of tokens.split(' ')) clients.set(token, name.slice(PREFIX.length));
}

const ROUTES = ['POST/jobs', 'GET/jobs', 'GET/jobs/?*'];

/** Looks a plain token up in a `Map`, and makes a policy for each call. */
export const handler = async ({ headers, methodArn }: APIGatewayRequestAuthorizerEvent) => {
  const lowerCase = Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const client = clients.get(lowerCase['x-api-token'] ?? '');
  if (client === undefined) throw new Error('Unauthorized');
  const stage = methodArn.split('/').slice(0, 2).join('/');
  return {
    principalId: client,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: 'Allow',
          Resource: ROUTES.map((route) => `${stage}/${route}`),
        },
      ],
    },
    context: { clientName: client, permissions: 'job.create job.read' },
  };
};
