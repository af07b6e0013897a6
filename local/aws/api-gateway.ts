import { AwsError, type AwsService } from './service.ts';

const route = /^\/restapis\/([^/]+)\/stages\/([^/]+)\/cache\/authorizers$/;

/**
 * API Gateway over HTTP: forgetting the authorizer results of a stage.
 *
 * Source: API Gateway API Reference, `FlushStageAuthorizersCache`.
 */
export function apiGateway(
  api: { readonly id: string; readonly stage: string },
  flush: () => void,
): AwsService {
  return ({ method, path }) => {
    const [, id, stage] = route.exec(path) ?? [];
    if (id === undefined || method !== 'DELETE') return undefined;
    if (id !== api.id || stage !== api.stage) {
      throw new AwsError(404, 'NotFoundException', 'Invalid stage identifier specified');
    }
    flush();
    return { status: 202, body: '' };
  };
}
