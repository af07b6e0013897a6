import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import { logLine } from '../../../lambda/log.ts';
import registry from './registry.json' with { type: 'json' };

/** Our authorizer, bundled with another `hash`. */
export const handler = createAuthorizer(registry, process.env, logLine, Date.now);
