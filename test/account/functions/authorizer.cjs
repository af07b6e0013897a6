// Does what the token says: `<what>_<value>`. Nothing here is a credential.
exports.handler = async (event) => {
  const { requestContext, headers } = event;
  const isHttp = event.version === '2.0';
  const header = Object.keys(headers).find((name) => name.toLowerCase() === 'x-token') ?? '';
  const token = headers[header] ?? '';
  const { sourceIp } = isHttp ? requestContext.http : requestContext.identity;
  const arn = isHttp ? event.routeArn : event.methodArn;
  const now = Date.now();
  const [what, value] = token.split('_');
  if (what === 'refused') throw new Error('Unauthorized');
  if (what === 'fault') throw new Error('Another error');
  if (what === 'malformed') return { principalId: 'probe' };
  // Refused until a moment in milliseconds since 1970: whether a refusal is kept shows after it.
  if (what === 'until' && now < Number(value)) throw new Error('Unauthorized');
  let condition;
  // Asked again after its end, or for another address, it allows without a condition: so a refusal can
  // only come from the policy that was kept.
  if (what === 'ends' && now < Date.parse(value)) {
    condition = { DateLessThan: { 'aws:CurrentTime': value } };
  }
  if (what === 'from' && sourceIp === value) condition = { IpAddress: { 'aws:SourceIp': value } };
  if (what === 'elsewhere') condition = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
  return {
    principalId: 'probe',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: 'Allow',
          Resource: `${arn.split('/').slice(0, 2).join('/')}/*`,
          ...(condition && { Condition: condition }),
        },
      ],
    },
    context: { asked: String(now), arn, token },
    ...(what === 'key' && { usageIdentifierKey: value }),
  };
};
