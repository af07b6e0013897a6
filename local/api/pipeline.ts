import { admit } from './authorize/admit.ts';
import { type AuthorizeOptions, authorize, identify } from './authorize/authorize.ts';
import type { UsagePlans } from './authorize/usage-plans.ts';
import type { InvokeFunction } from './invoke.ts';
import { parseRequest } from './request/parse-request.ts';
import { routeOf } from './request/route.ts';
import { callFunction } from './respond/call-function.ts';
import { mockResponse } from './respond/mock-response.ts';
import type { Response } from './respond/response.ts';
import type {
  AnyStage,
  Authorized,
  Counted,
  Identified,
  Judged,
  Parsed,
  Received,
  Routed,
  Validated,
} from './stages.ts';
import type { RequestValidator } from './validate/validate-request.ts';

/** What the stages of a request need. */
export interface PipelineOptions {
  readonly authorizer: AuthorizeOptions;
  readonly plans: Pick<UsagePlans, 'keyOf' | 'take'>;
  readonly validate: RequestValidator;
  readonly integration: { readonly invoke: InvokeFunction; readonly log: (text: string) => void };
}

/** Notes that a request has come to a stage, and gives it back. */
export type Note = <Stage extends AnyStage>(stage: Stage) => Stage;

/** The answer to a request, and how the request got in. */
export interface Answer {
  readonly response: Response;
  readonly decision: string;
}

/** The answer on a stage that does not exist: no API's gateway responses apply. */
const noSuchStage: Answer = {
  decision: 'FORBIDDEN',
  response: {
    statusCode: 403,
    headers: [
      ['Content-Type', 'application/json'],
      ['x-amzn-ErrorType', 'ForbiddenException'],
    ],
    body: Buffer.from('{"message":"Forbidden"}'),
  },
};

function parse(received: Received): Parsed {
  const { raw, api } = received;
  return { ...received, request: parseRequest(raw, api.minimumCompressionSize) };
}

function route(parsed: Parsed): Routed {
  return { ...parsed, route: routeOf(parsed.api, parsed.request) };
}

function identified(routed: Routed): Identified {
  const { authorizer } = routed.route.method;
  return { ...routed, identity: authorizer && identify(authorizer, routed) };
}

async function judge(request: Identified, options: AuthorizeOptions): Promise<Judged> {
  const { identity, route: found } = request;
  const { authorizer } = found.method;
  const authorization =
    authorizer && identity && (await authorize(authorizer, identity, request, options));
  return { ...request, authorization };
}

function authorized(judged: Judged, plans: Pick<UsagePlans, 'keyOf'>): Authorized {
  return { ...judged, usagePlanKey: admit(judged, plans) };
}

function counted(admitted: Authorized, plans: Pick<UsagePlans, 'take'>): Counted {
  const { usagePlanKey } = admitted;
  if (usagePlanKey !== undefined) plans.take(usagePlanKey);
  return { ...admitted, isCounted: true };
}

async function respond(
  validated: Validated,
  options: PipelineOptions['integration'],
): Promise<Response> {
  const { integration } = validated.route.method;
  return integration.type === 'MOCK'
    ? mockResponse(integration, validated)
    : await callFunction(integration, validated, options);
}

function decisionOf({ authorization }: Judged): string {
  if (authorization === undefined) return 'open';
  return authorization.cached ? 'cached' : 'authorized';
}

/**
 * Takes a request through all its stages to the response of its integration.
 *
 * @param note is told of each stage, for the response to a request that goes no further
 * @throws Refusal when the gateway itself has to answer
 */
export async function passRequest(
  received: Received,
  note: Note,
  { authorizer, plans, validate, integration }: PipelineOptions,
): Promise<Answer> {
  const parsed = note(parse(received));
  if (parsed.request.stage !== parsed.api.stage) return noSuchStage;
  const routed = note(route(parsed));
  const judged = note(await judge(note(identified(routed)), authorizer));
  const admitted = note(authorized(judged, plans));
  const validated = note(validate(note(counted(admitted, plans))));
  const response = await respond(validated, integration);
  return { response, decision: decisionOf(judged) };
}

/**
 * Takes a request as far as an integration may be called; no usage plan counts it.
 *
 * @throws Refusal when it does not come that far
 */
export async function authorizeRequest(
  received: Received,
  { authorizer, plans }: Pick<PipelineOptions, 'authorizer' | 'plans'>,
): Promise<Authorized> {
  return authorized(await judge(identified(route(parse(received))), authorizer), plans);
}
