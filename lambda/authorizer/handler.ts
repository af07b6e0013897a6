import { logLine } from '../log.ts';
import { createAuthorizer } from './authorizer.ts';
import registry from './registry.json' with { type: 'json' };

export const handler = createAuthorizer(registry, process.env, logLine, Date.now);
