import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type AwsService, answersPath, jsonBody } from '../aws/service.ts';
import type { JsonObject } from '../json.ts';

/** The answer of a custom resource's function, which is still to come. */
export interface PendingAnswer {
  /** Where the function has to send it. */
  readonly path: string;
  /** Waits for the answer, at most for these milliseconds; undefined when it does not come. */
  within(milliseconds: number): Promise<JsonObject | undefined>;
}

/** Where the functions of custom resources send their answers: on AWS, a signed URL of S3. */
export interface CustomResourceAnswers {
  readonly service: AwsService;
  expect(): PendingAnswer;
}

export function customResourceAnswers(): CustomResourceAnswers {
  const pending = new Map<string, (answer: JsonObject) => void>();
  return {
    service(request) {
      const resolve = pending.get(request.path);
      if (resolve === undefined || request.method !== 'PUT') return undefined;
      resolve(jsonBody(request));
      return { status: 200, body: '' };
    },
    expect() {
      // Random, because answers are not signed.
      const path = `${answersPath}${randomUUID()}`;
      const { promise, resolve } = Promise.withResolvers<JsonObject>();
      pending.set(path, resolve);
      return {
        path,
        async within(milliseconds) {
          const stop = new AbortController();
          const tooLate = delay(milliseconds, undefined, stop).catch(() => undefined);
          const answer = await Promise.race([promise, tooLate]);
          stop.abort();
          pending.delete(path);
          return answer;
        },
      };
    },
  };
}
