export {
  ApiTokenAuthorizer,
  type ApiTokenAuthorizerProps,
} from '../../lib/authorizer/api-token-authorizer.ts';
