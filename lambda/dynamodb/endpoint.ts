type Env = Readonly<Record<string, string | undefined>>;

/** The domains of partitions other than AWS's public one, by how their regions' names begin. */
const DOMAINS: Readonly<Record<string, string>> = {
  'cn-': 'amazonaws.com.cn',
  'eusc-': 'amazonaws.eu',
  'us-iso-': 'c2s.ic.gov',
  'us-isob-': 'sc2s.sgov.gov',
  'us-isof-': 'csp.hci.ic.gov',
  'eu-isoe-': 'cloud.adc-e.uk',
};

const OVERRIDES = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'];

/** What would lead the SDK to other endpoints, and is not known here. */
const UNKNOWN = ['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'];

/**
 * Where DynamoDB is: the variable of its endpoint, as the SDK reads it, or the region's public endpoint.
 *
 * Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints"; the SDK's list of partitions.
 *
 * @throws Error that names the variable, if it is no URL of a server, or asks for a kind of endpoint
 * that has to be named
 */
export function endpointFrom(env: Env, region: string): URL {
  const isIgnored = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true';
  const override = isIgnored ? undefined : OVERRIDES.find((name) => env[name]);
  if (override !== undefined) return parseEndpoint(override, env[override] ?? '');
  const unknown = UNKNOWN.find((name) => env[name]?.toLowerCase() === 'true');
  if (unknown !== undefined) {
    throw new Error(`${unknown} is not supported: name the endpoint in ${OVERRIDES[0]}`);
  }
  const begin = Object.keys(DOMAINS).find((prefix) => region.startsWith(prefix));
  const domain = begin === undefined ? 'amazonaws.com' : DOMAINS[begin];
  return new URL(`https://dynamodb.${region}.${domain}`);
}

/** The value is not in the error: a URL may have a password in it. */
function parseEndpoint(variable: string, value: string): URL {
  const url = URL.parse(value);
  const isServer = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (isServer) return url;
  throw new Error(
    `${variable} must be a server's URL without a path, such as http://127.0.0.1:8000`,
  );
}
