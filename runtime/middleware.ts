// What `import … from 'api-token-authorizer/middleware'` has.
export { HttpError } from '../lambda/middleware/http-error.ts';
export { jsonErrors } from '../lambda/middleware/json-errors.ts';
export {
  type ApiTokenEvent,
  type ApiTokenHttpEvent,
  type RequestApiToken,
  requireApiToken,
} from '../lambda/middleware/require-api-token.ts';
