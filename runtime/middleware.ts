// What `import … from 'api-token-authorizer/middleware'` has.
export type { RequestApiToken } from '../lambda/contract/token/api-token.ts';
export { HttpError } from '../lambda/middleware/http-error.ts';
export { jsonErrors } from '../lambda/middleware/json-errors.ts';
export {
  type ApiTokenEvent,
  type ApiTokenHttpEvent,
  requireApiToken,
} from '../lambda/middleware/require-api-token.ts';
