import { parse } from 'csv-parse/sync';
import { messageOf } from '../../terminal/problem.ts';
import type { ApiKeys } from '../api/authorize/api-keys.ts';
import { AwsError } from './service.ts';

/** A row of a file of API keys; the names of the columns are in lower case. */
interface Row {
  readonly name?: string;
  readonly key?: string;
  readonly description?: string;
  readonly enabled?: string;
  readonly usageplanids?: string;
}

/** What an import did: the ids of the keys that it made, and what it left out, in sentences. */
interface Imported {
  readonly ids: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Makes the keys of a CSV file, and puts them into their plans. What cannot be done is left out with a
 * warning.
 *
 * Source: API Gateway Developer Guide, "API Gateway API key file format".
 *
 * @throws AwsError when it is not such a file
 */
export function importApiKeys(
  keys: ApiKeys,
  body: string,
  isValue: (value: string) => boolean,
): Imported {
  const ids: string[] = [];
  const warnings: string[] = [];
  for (const [index, row] of readRows(body).entries()) {
    const { key: value = '', name = value, description } = row;
    const made = isValue(value)
      ? keys.create({ name, value, description, enabled: row.enabled?.toLowerCase() === 'true' })
      : undefined;
    if (made === undefined) {
      warnings.push(`Row ${index + 1}: the key is malformed, or exists already`);
      continue;
    }
    ids.push(made.id);
    for (const planId of row.usageplanids?.split(',').map((id) => id.trim()) ?? []) {
      if (planId === '') continue;
      if (keys.ofPlan(planId) === undefined) {
        warnings.push(`Row ${index + 1}: there is no usage plan ${planId}`);
      } else if (!keys.join(made.id, planId)) {
        warnings.push(`Row ${index + 1}: the key is in another usage plan of the same stage`);
      }
    }
  }
  return { ids, warnings };
}

function readRows(body: string): Row[] {
  try {
    return parse(body, {
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    throw new AwsError(400, 'BadRequestException', `The file is malformed: ${messageOf(error)}`);
  }
}
