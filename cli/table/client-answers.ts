import { isClientName } from '../../lambda/contract/access/client-name.ts';
import { isGrant } from '../../lambda/contract/access/permission.ts';
import { sourcesFault } from '../../lambda/contract/access/source-fault.ts';
import { clientStates } from '../../lambda/contract/table/token-item.ts';
import {
  type ClientAnswers,
  type ClientDetails,
  type ClientView,
  type ImportedClient,
  isTokenId,
} from '../../lambda/contract/wiring/client-operation.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an operator asks. */
export type AskedOperation = Exclude<keyof ClientAnswers, 'sync'>;

/** Tells by the operation whether the client function's answer has the form of this version. */
export const isAnswer: {
  readonly [O in AskedOperation]: (answer: unknown) => answer is ClientAnswers[O];
} = {
  create: isView,
  set: isView,
  rotate: isView,
  revoke: isView,
  delete: (answer): answer is null => answer === null,
  import: (answer): answer is readonly ImportedClient[] =>
    Array.isArray(answer) && answer.every(isImported),
  get: (answer): answer is ClientDetails | null => answer === null || isDetails(answer),
  find: (answer): answer is ClientAnswers['find'] => {
    const { client, tokenId } = fieldsOf(answer);
    return answer === null || (isView(client) && client.tokens.some(({ id }) => id === tokenId));
  },
  list: (answer): answer is ClientAnswers['list'] => {
    const { clients, next } = fieldsOf(answer);
    return (
      Array.isArray(clients) && clients.every(isView) && (next === undefined || isClientName(next))
    );
  },
};

function isView(answer: unknown): answer is ClientView {
  const { client, permissions, plan, state, readyAt, version, tokens, isInCode } = fieldsOf(answer);
  const { allowedSources } = fieldsOf(answer);
  return (
    isClientName(client) &&
    Array.isArray(permissions) &&
    permissions.every(isGrant) &&
    (plan === undefined || isText(plan)) &&
    (allowedSources === undefined || areSources(allowedSources)) &&
    [...clientStates, 'deleted', 'pending'].some((each) => each === state) &&
    (state === 'pending' ? isCount(readyAt) : readyAt === undefined || isCount(readyAt)) &&
    isCount(version) &&
    Array.isArray(tokens) &&
    tokens.every(isToken) &&
    (isInCode === undefined || isInCode === true)
  );
}

function isDetails(answer: unknown): answer is ClientDetails {
  const { usagePlanId, apiKeyId } = fieldsOf(answer);
  return isView(answer) && [usagePlanId, apiKeyId].every((id) => id === undefined || isText(id));
}

function isImported(answer: unknown): answer is ImportedClient {
  const { client, outcome, readyAt, reason } = fieldsOf(answer);
  return (
    isClientName(client) &&
    (outcome === 'created' || outcome === 'unchanged' || outcome === 'failed') &&
    (readyAt === undefined || isCount(readyAt)) &&
    (outcome === 'failed' ? isText(reason) : true)
  );
}

function isToken(token: unknown): boolean {
  const { id, issuedAt, expiresAt } = fieldsOf(token);
  return isTokenId(id) && isCount(issuedAt) && (expiresAt === undefined || isCount(expiresAt));
}

const areSources = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && sourcesFault(value) === undefined;
const fieldsOf = (value: unknown): Fields => Object(value) as Fields;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
/** Also a moment in milliseconds since 1970; a Date holds no more than 8.64e15. */
const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 8.64e15;
