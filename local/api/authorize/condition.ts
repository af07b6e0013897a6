import { sourceMatcher } from '../../../lambda/contract/access/source.ts';
import { sourceFault } from '../../../lambda/contract/access/source-fault.ts';
import { isObject } from '../../json.ts';
import { MalformedResult } from './malformed-result.ts';

/** Whether a statement's condition holds for a request from an address. */
export type Condition = (sourceIp: string) => boolean;

/**
 * Reads the condition of a statement: `IpAddress` on `aws:SourceIp`, and no other, holds for any of its
 * addresses and blocks. The names of condition keys are read in any case.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators", and "Global condition context
 * keys".
 *
 * @throws MalformedResult for a condition that cannot be evaluated here: to ignore it would be to allow
 */
export function parseCondition(condition: unknown): Condition {
  const blocks = isObject(condition) ? Object.entries(condition) : [];
  const [[operator, keys] = [], ...otherBlocks] = blocks;
  const [[key, value] = [], ...otherKeys] = isObject(keys) ? Object.entries(keys) : [];
  const isKnown = operator === 'IpAddress' && key?.toLowerCase() === 'aws:sourceip';
  if (!isKnown || otherBlocks.length > 0 || otherKeys.length > 0) {
    throw new MalformedResult(
      'a statement has a Condition, which the local gateway cannot evaluate unless it is IpAddress on aws:SourceIp',
    );
  }
  const sources: readonly unknown[] = Array.isArray(value) ? value : [value];
  const fault = sources.map(sourceFault).find((each) => each !== undefined);
  if (fault !== undefined || sources.length === 0) {
    throw new MalformedResult(
      `an address in a statement's Condition ${fault ?? 'is missing'}, or the local gateway cannot evaluate it`,
    );
  }
  return sourceMatcher(sources as readonly string[]);
}
