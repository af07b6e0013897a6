import { randomInt } from 'node:crypto';
import { Problem } from '../../terminal/problem.ts';
import { flagAt, type JsonObject, numberAt, stringAt } from '../json.ts';

const lowercase = 'abcdefghijklmnopqrstuvwxyz';
const classes = [
  { excludedBy: 'ExcludeLowercase', characters: lowercase },
  { excludedBy: 'ExcludeUppercase', characters: lowercase.toUpperCase() },
  { excludedBy: 'ExcludeNumbers', characters: '0123456789' },
  { excludedBy: 'ExcludePunctuation', characters: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' },
];

function shuffle(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    const moved = characters[last] as string;
    characters[last] = characters[other] as string;
    characters[other] = moved;
  }
  return characters;
}

/**
 * A random password by the properties of a secret's `GenerateSecretString`, from the system's
 * cryptographic source of randomness.
 *
 * `PasswordLength` is 32 characters unless given; each kind of character that is not excluded is
 * there at least once unless `RequireEachIncludedType` is false.
 * Source: AWS Secrets Manager API Reference, `GetRandomPassword`.
 *
 * @throws Problem when the properties leave no character to choose from, or too little length
 */
export function randomPassword(properties: JsonObject): string {
  const length = numberAt(properties, 'PasswordLength', 32);
  const excluded = new Set(stringAt(properties, 'ExcludeCharacters'));
  const included = [...classes, { excludedBy: '', characters: ' ' }]
    .filter(({ excludedBy }) =>
      excludedBy === '' ? flagAt(properties, 'IncludeSpace') : !flagAt(properties, excludedBy),
    )
    .map(({ characters }) => characters.split('').filter((character) => !excluded.has(character)))
    .filter((characters) => characters.length > 0);
  const everyClass = properties.RequireEachIncludedType !== false;
  const all = included.flat();
  if (all.length === 0 || (everyClass && length < included.length)) {
    throw new Problem('GenerateSecretString leaves no characters, or too few, for a password.');
  }
  const pick = (from: readonly string[]) => from[randomInt(from.length)] as string;
  const required = everyClass ? included.map(pick) : [];
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffle([...required, ...rest]).join('');
}
