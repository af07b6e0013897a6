import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Aws, StackOutput } from '../../../cli/aws/aws.ts';

/** How an action is refused instead of done. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** An endpoint of AWS on loopback. */
export interface AwsEndpoint extends AsyncDisposable {
  readonly url: string;
  /** Refusals by action; only the first `times` calls, if that is set. */
  readonly refusals: Map<string, Refusal & { times?: number }>;
  /** Every request: its action, and the region and access key that it was signed for. */
  readonly requests: { readonly action: string; readonly credential: string }[];
}

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

/** Serves CloudFormation's XML, the JSON of Secrets Manager and CloudWatch Logs, and Lambda's calls. */
export async function serveAws(aws: Aws): Promise<AwsEndpoint> {
  const refusals: AwsEndpoint['refusals'] = new Map();
  const requests: { action: string; credential: string }[] = [];

  async function answer(request: IncomingMessage): Promise<Answer> {
    const text = await read(request);
    const action = actionOf(request, text);
    const [, credential = ''] =
      /Credential=([^,]+)/.exec(request.headers.authorization ?? '') ?? [];
    requests.push({ action, credential });
    const refusal = refusals.get(action);
    if (refusal !== undefined && (refusal.times === undefined || refusal.times-- > 0)) {
      return action === 'DescribeStacks' ? xmlError(refusal) : jsonError(refusal);
    }
    if (action === 'DescribeStacks') return describeStacks(aws, text);
    if (action === 'GetSecretValue') return getSecretValue(aws, text);
    if (action.startsWith('GetUsage')) return await usagePlan(aws, request);
    if (action === 'GetFunctionConfiguration') {
      const variables = await aws.functionEnvironment(request.url?.split('/')[3] ?? '');
      return { body: JSON.stringify({ Environment: { Variables: variables } }) };
    }
    if (action.endsWith('Query') || action === 'GetQueryResults') return logs(aws, action, text);
    return invoke(aws, request, text);
  }

  const { url, close } = await listen((request, response) => {
    void answer(request).then(({ status = 200, headers, body }) => {
      response.writeHead(status, headers).end(body);
    });
  });
  return { url, refusals, requests, [Symbol.asyncDispose]: close };
}

/** Answers each request with the next of some texts of JSON. */
export async function serveTexts(...texts: string[]) {
  const requests: string[] = [];
  const { url, close } = await listen((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(texts.shift());
  });
  return { url, requests, [Symbol.asyncDispose]: close };
}

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function actionOf({ url = '', headers }: IncomingMessage, text: string): string {
  if (url.endsWith('/invocations')) return 'Invoke';
  if (url.endsWith('/configuration')) return 'GetFunctionConfiguration';
  if (url.startsWith('/usageplans/')) return url.includes('/usage?') ? 'GetUsage' : 'GetUsagePlan';
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.replace(/^\w+\./, '');
  return new URLSearchParams(text).get('Action') ?? '';
}

async function describeStacks(aws: Aws, text: string): Promise<Answer> {
  const query = new URLSearchParams(text);
  const name = query.get('StackName');
  if (name !== null) {
    const outputs = await aws.stackOutputs(name);
    if (outputs !== undefined) return stacksXml([[name, outputs]]);
    const message = `Stack with id ${name} does not exist`;
    return xmlError({ status: 400, code: 'ValidationError', message });
  }
  // Page by page, one stack on each.
  const all = [...(await aws.outputsByStack())];
  const page = Number(query.get('NextToken') ?? 0);
  return stacksXml(all.slice(page, page + 1), page + 1 < all.length ? page + 1 : undefined);
}

function stacksXml(
  stacks: readonly (readonly [name: string, outputs: readonly StackOutput[]])[],
  nextToken?: number,
): Answer {
  const members = stacks.map(([name, all]) => {
    const outputs = all.map(
      ({ key, value, description }) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue><Description>${description}</Description></member>`,
    );
    return `<member><StackName>${name}</StackName><CreationTime>2026-11-22T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs.join('')}</Outputs></member>`;
  });
  const next = nextToken === undefined ? '' : `<NextToken>${nextToken}</NextToken>`;
  return {
    headers: { 'Content-Type': 'text/xml' },
    body: `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${members.join('')}</Stacks>${next}</DescribeStacksResult></DescribeStacksResponse>`,
  };
}

async function getSecretValue(aws: Aws, text: string): Promise<Answer> {
  const { SecretId, VersionId } = JSON.parse(text) as { SecretId: string; VersionId?: string };
  const version = await aws.secretVersion(SecretId, VersionId);
  if (version === undefined) {
    return jsonError({ status: 400, code: 'ResourceNotFoundException', message: 'no value' });
  }
  return {
    headers: { 'Content-Type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ SecretString: version.text, CreatedDate: version.createdAt / 1_000 }),
  };
}

/** API Gateway's JSON; what the SDK calls `items` is `values` on the wire. */
async function usagePlan(aws: Aws, { url = '' }: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(url, 'http://aws');
  const id = pathname.split('/')[2] ?? '';
  const headers = { 'Content-Type': 'application/json' };
  const { rate, burst, quota } = await aws.usagePlan(id);
  if (!pathname.endsWith('/usage')) {
    const body = {
      id,
      name: `name of ${id}`,
      apiStages: [{ apiId: 'api', stage: 'prod' }],
      ...(rate !== undefined && { throttle: { rateLimit: rate, burstLimit: burst } }),
      ...(quota && { quota: { limit: quota.requests, offset: 0, period: quota.period } }),
    };
    return { headers, body: JSON.stringify(body) };
  }
  const [startDate, endDate] = [searchParams.get('startDate'), searchParams.get('endDate')];
  const keyId = searchParams.get('keyId') ?? undefined;
  const keys = await aws.usage(id, startDate ?? '', endDate ?? '', keyId);
  // Page by page, one key on each.
  const page = Number(searchParams.get('position') ?? 0);
  const values = page < keys.length ? { [`key-${page}`]: keys[page] } : {};
  const position = page + 1 < keys.length ? { position: String(page + 1) } : {};
  return {
    headers,
    body: JSON.stringify({ usagePlanId: id, startDate, endDate, values, ...position }),
  };
}

async function logs(aws: Aws, action: string, text: string): Promise<Answer> {
  const headers = { 'Content-Type': 'application/x-amz-json-1.1' };
  const { queryId = '', ...query } = JSON.parse(text) as Record<string, never>;
  if (action === 'StartQuery') {
    const { logGroupIdentifiers: logGroups = [], queryString = '', startTime, endTime } = query;
    const [from, to] = [Number(startTime) * 1_000, Number(endTime) * 1_000];
    const id = await aws.startLogQuery({ logGroups, text: queryString, from, to });
    return { headers, body: JSON.stringify({ queryId: id }) };
  }
  if (action === 'StopQuery') {
    await aws.stopLogQuery(queryId);
    return { headers, body: '{"success":true}' };
  }
  const { state, rows, bytesScanned } = await aws.logQueryProgress(queryId);
  const results = rows.map((row) =>
    Object.entries(row).map(([field, value]) => ({ field, value })),
  );
  const status = { done: 'Complete', running: 'Running', failed: 'Failed' }[state];
  const body = {
    status,
    results,
    statistics: { bytesScanned, recordsMatched: 1, recordsScanned: 1 },
  };
  return { headers, body: JSON.stringify(body) };
}

async function invoke(aws: Aws, { url = '' }: IncomingMessage, text: string): Promise<Answer> {
  const { answer, fault } = {
    answer: null,
    ...(await aws.invoke(url.split('/')[3] ?? '', JSON.parse(text) as object)),
  };
  if (fault === undefined) return { body: JSON.stringify(answer ?? null) };
  return {
    headers: { 'X-Amz-Function-Error': 'Unhandled' },
    body:
      fault.type === 'NotJson'
        ? fault.message
        : JSON.stringify({ errorType: fault.type, errorMessage: fault.message }),
  };
}

function xmlError({ status, code, message = '' }: Refusal): Answer {
  return {
    status,
    headers: { 'Content-Type': 'text/xml' },
    body: `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  };
}

function jsonError({ status, code, message = '' }: Refusal): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amzn-ErrorType': code },
    body: JSON.stringify({ __type: code, message }),
  };
}
