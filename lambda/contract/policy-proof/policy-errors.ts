import { type Grant, permits } from '../access/permission.ts';
import { openRoutes, type Route } from '../access/route.ts';
import { type Leak, leakFinder } from './find-leak.ts';
import { type ProtectedRoutes, protectedRoutes, type RestMethod } from './rest-method.ts';

/** As much of a client as its policy is made from. */
interface GrantedClient {
  readonly name: string;
  readonly permissions: readonly Grant[];
  readonly allowedSources?: readonly string[];
}

/**
 * The longest a policy's resource may be, in characters.
 *
 * Source: Amazon API Gateway quotas, "Configuring and running a REST API".
 */
const MAX_RESOURCE_LENGTH = 512;

/** What an authorizer's whole result should stay below, in bytes. */
const MAX_RESULT_BYTES = 8_192;

/** How many sentences of a kind are shown for each client. */
const MAX_ERRORS = 5;

// What a result holds beside the routes and permissions, with the longest name and key, and the Deny.
const FIXED_RESULT_BYTES = 704;

// `,"Condition":{"IpAddress":{"aws:SourceIp":[]}}`
const CONDITION_BYTES = 48;

// Longer than `arn:aws-us-gov:execute-api:ap-southeast-1:<account>:<api>/<stage>/` with a long stage name.
const ARN_PREFIX_LENGTH = 112;

/**
 * What is wrong with the policies that the clients will get, one sentence each: a policy that opens
 * more than the client's permissions say, or that API Gateway would not take.
 *
 * @param methods all methods of the API, also those that API tokens do not guard
 */
export function policyErrors(
  clients: readonly GrantedClient[],
  methods: readonly RestMethod[],
): string[] {
  const routes = protectedRoutes(methods);
  const asked = Object.keys(routes).join(', ');
  const findLeak = leakFinder(methods);
  return clients.flatMap((client) => {
    const open = openRoutes(client.permissions, routes);
    return [
      ...firstFew(idleGrants(client, asked, routes), client),
      ...firstFew(
        leaks(client, methods, (method) => findLeak(open, method)),
        client,
      ),
      ...firstFew(longRoutes(open), client),
      ...sizeErrors(client, open),
    ];
  });
}

function idleGrants(
  { name, permissions }: GrantedClient,
  asked: string,
  routes: ProtectedRoutes,
): string[] {
  return permissions
    .filter((grant) => openRoutes([grant], routes).length === 0)
    .map(
      (grant) =>
        `permission ${grant} of client ${name} opens no route: ${asked === '' ? 'no method of the API asks for a permission, so call protect()' : `the API asks for ${asked}`}`,
    );
}

function leaks(
  { name, permissions }: GrantedClient,
  methods: readonly RestMethod[],
  findLeak: (closed: RestMethod) => Leak | undefined,
): string[] {
  return methods.flatMap((method) => {
    const { httpMethod, resourcePath, permission } = method;
    if (permission === undefined || permits(permissions, permission)) return [];
    const leak = findLeak(method);
    if (leak === undefined) return [];
    return [
      `client ${name} has no permission for ${httpMethod} ${resourcePath}, but its policy would open it: ${leak.route} also matches ${leak.verb} ${leak.path}, so give the client ${permission}, or one of the two routes another path`,
    ];
  });
}

function longRoutes(open: readonly Route[]): string[] {
  return open
    .filter((route) => ARN_PREFIX_LENGTH + route.length > MAX_RESOURCE_LENGTH)
    .map(
      (route) =>
        `route ${route} does not fit into a policy resource of ${MAX_RESOURCE_LENGTH} characters`,
    );
}

function sizeErrors(client: GrantedClient, open: readonly Route[]): string[] {
  const { name, permissions, allowedSources = [] } = client;
  const condition = allowedSources.length > 0 ? CONDITION_BYTES : 0;
  const fixed = FIXED_RESULT_BYTES + condition + permissions.join(' ').length;
  const bytes =
    open.reduce((sum, route) => sum + ARN_PREFIX_LENGTH + route.length + 3, fixed) +
    allowedSources.reduce((sum, source) => sum + source.length + 3, 0);
  if (bytes <= MAX_RESULT_BYTES) return [];
  return [
    `the policy of client ${name} lists ${open.length} routes and takes about ${bytes} bytes, more than the ${MAX_RESULT_BYTES} that API Gateway takes: give it fewer permissions, put the routes below a {proxy+}, or name the verbs where ANY stands, which takes a route for each`,
  ];
}

/** As many sentences as somebody reads: in an unlucky layout, each client leaks into each method. */
function firstFew(errors: readonly string[], { name }: GrantedClient): string[] {
  if (errors.length <= MAX_ERRORS) return [...errors];
  const rest = `and ${errors.length - MAX_ERRORS} more of this kind for client ${name}`;
  return [...errors.slice(0, MAX_ERRORS), rest];
}
