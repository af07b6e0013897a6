// What `import … from 'api-token-authorizer/token'` has.
export {
  type ApiToken,
  ApiTokenService,
  type ApiTokenServiceOptions,
  type TokenClient,
} from './api-token-service.ts';
