/** An error of DynamoDB, as its answer has it. */
export interface StoreError {
  readonly statusCode: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Whether a thrown value is DynamoDB's answer, and no fault. */
export function isStoreError(error: unknown): error is StoreError {
  return typeof error === 'object' && error !== null && 'statusCode' in error && 'body' in error;
}

/** A request that is malformed. */
export function validationError(message: string): StoreError {
  return refusal('com.amazon.coral.validate#ValidationException', { message });
}

/** Any other refusal. */
export function refusal(__type: string, body: object): StoreError {
  return { statusCode: 400, body: { __type, ...body } };
}

/** The name of an error, without its namespace. */
export function nameOf({ body }: StoreError): string {
  return String(body.__type).replace(/^.*#/, '');
}
