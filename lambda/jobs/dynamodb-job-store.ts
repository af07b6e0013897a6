import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { type Item, stringAt } from '../dynamodb/attribute-value.ts';
import type { DynamoDbClient } from '../dynamodb/dynamodb-client.ts';
import { DynamoDbError } from '../dynamodb/dynamodb-error.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Job, JobRequest } from './job.ts';
import {
  type CreatedJob,
  IdempotencyKeyReusedError,
  type JobPage,
  type JobStore,
  JobTooLargeError,
} from './job-store.ts';
import { jobTableKey, MAX_ITEM_BYTES } from './job-table.ts';
import type { PageRequest } from './page.ts';

type StringItem = Readonly<Record<string, string>>;

const { partition, sort } = jobTableKey;

/**
 * Jobs in a DynamoDB table: one partition for each client's jobs, sorted by id and so by time, and
 * one for its idempotency keys. No call reaches from one client's partitions into another's.
 */
export class DynamoDbJobStore implements JobStore {
  readonly #client: DynamoDbClient;
  readonly #tableName: string;
  readonly #now: () => Date;

  /** @param now the clock */
  constructor(client: DynamoDbClient, tableName: string, now: () => Date = () => new Date()) {
    this.#client = client;
    this.#tableName = tableName;
    this.#now = now;
  }

  async create(
    clientName: string,
    request: JobRequest,
    idempotencyKey?: string,
  ): Promise<CreatedJob> {
    const job: Job = {
      id: uuidv7(),
      ...request,
      status: 'queued',
      createdAt: this.#now().toISOString(),
    };
    const item = jobItem(clientName, job);
    if (itemBytes(item) > MAX_ITEM_BYTES) throw new JobTooLargeError();
    if (idempotencyKey === undefined) {
      await this.#put(item);
      return { job, isNew: true };
    }
    // The key is claimed first, with the job's id: whoever comes next, or again after a crash in
    // between, writes the very same job, and a conditional put lets only the first one in.
    const key = { [partition]: `key#${clientName}`, [sort]: idempotencyKey };
    const digest = digestOf(canonicalJson(request));
    const isFirst = await this.#put({ ...key, id: job.id, createdAt: job.createdAt, digest });
    if (isFirst) return { job, isNew: await this.#put(item) };
    const claim = await this.#read(key);
    // Keys from before took the members in the order in which they came.
    const isSame = claim?.digest === digest || claim?.digest === digestOf(jobText(request));
    if (!isSame || claim.id === undefined || claim.createdAt === undefined) {
      throw new IdempotencyKeyReusedError();
    }
    const first: Job = { ...job, id: claim.id, createdAt: claim.createdAt };
    const isNew = await this.#put(jobItem(clientName, first));
    return { job: (await this.get(clientName, first.id)) ?? first, isNew };
  }

  async get(clientName: string, id: string): Promise<Job | undefined> {
    const item = await this.#read({ [partition]: jobPartition(clientName), [sort]: id });
    return item && toJob(item);
  }

  async list(clientName: string, { limit, after }: PageRequest): Promise<JobPage> {
    const { Items = [], LastEvaluatedKey } = await this.#client.call('Query', {
      TableName: this.#tableName,
      KeyConditionExpression: after ? '#pk = :pk AND #sk < :after' : '#pk = :pk',
      ExpressionAttributeNames: { '#pk': partition, ...(after && { '#sk': sort }) },
      ExpressionAttributeValues: marshall({
        ':pk': jobPartition(clientName),
        ...(after && { ':after': after }),
      }),
      ConsistentRead: true,
      ScanIndexForward: false,
      // One more than asked for tells whether there is a next page. DynamoDB may stop earlier, at 1 MB.
      Limit: limit + 1,
    });
    const jobs = Items.slice(0, limit).map((item) => toJob(unmarshall(item)));
    const last = jobs.at(-1);
    const hasMore = Items.length > limit || LastEvaluatedKey !== undefined;
    return { jobs, ...(last && hasMore && { next: last.id }) };
  }

  /** Writes a new item; `false` if its key is taken. */
  async #put(item: StringItem): Promise<boolean> {
    try {
      await this.#client.call('PutItem', {
        TableName: this.#tableName,
        Item: marshall(item),
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': partition },
      });
      return true;
    } catch (error) {
      const isTaken = 'ConditionalCheckFailedException';
      if (error instanceof DynamoDbError && error.name === isTaken) return false;
      throw error;
    }
  }

  async #read(key: StringItem): Promise<StringItem | undefined> {
    const { Item } = await this.#client.call('GetItem', {
      TableName: this.#tableName,
      Key: marshall(key),
      ConsistentRead: true,
    });
    return Item && unmarshall(Item);
  }
}

/**
 * The size of an item of strings as DynamoDB counts it, in bytes.
 *
 * Source: DynamoDB Developer Guide, "DynamoDB item sizes and formats".
 */
export function itemBytes(item: StringItem): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
}

function jobPartition(clientName: string): string {
  return `job#${clientName}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Kept as text: a DynamoDB map would round numbers to 38 digits and end at 32 levels. */
function jobText({ type, payload }: JobRequest): string {
  return JSON.stringify({ type, payload });
}

function jobItem(clientName: string, job: Job): StringItem {
  return {
    [partition]: jobPartition(clientName),
    [sort]: job.id,
    request: jobText(job),
    status: job.status,
    createdAt: job.createdAt,
  };
}

function toJob(item: StringItem): Job {
  const { type, payload } = JSON.parse(item.request ?? '') as JobRequest;
  return {
    id: item[sort] ?? '',
    type,
    payload,
    status: item.status as Job['status'],
    createdAt: item.createdAt ?? '',
  };
}

function marshall(item: StringItem): Item {
  return Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }]));
}

function unmarshall(item: Item): StringItem {
  return Object.fromEntries(Object.keys(item).map((name) => [name, stringAt(item, name) ?? '']));
}
