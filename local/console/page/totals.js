/** @import { RequestEntry } from '../entries.ts' */
import { counted } from './words.js';

/**
 * How many requests there are, and what became of them.
 *
 * @param {readonly RequestEntry[]} latest those that the page has
 * @param {string | null} only the client whose requests are counted; null: all
 * @param {number} total how many there have been, those that the page has forgotten included
 */
export function totalsText(latest, only, total) {
  const entries = only === null ? latest : latest.filter(({ client }) => client === only);
  const cached = entries.filter(({ authorizer }) => authorizer === 'cached').length;
  const asked = cached + entries.filter(({ authorizer }) => authorizer === 'called').length;
  const notAllowed = entries.filter(({ decision }) => decision !== 'allowed').length;
  const counts =
    only === null
      ? [
          counted(total, 'request'),
          ...(total > latest.length ? [`of the latest ${counted(latest.length)}`] : []),
        ]
      : [`${counted(entries.length)} of the latest ${counted(latest.length, 'request')}`];
  return [
    ...counts,
    ...(asked > 0 ? [`${Math.round((100 * cached) / asked)} % from the cache`] : []),
    ...(entries.length > 0 ? [`${counted(notAllowed)} not allowed`] : []),
  ].join(' · ');
}
