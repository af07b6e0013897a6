import middy from '@middy/core';
import { createAuthorizer } from '../../lambda/authorizer/authorizer.ts';
import { logLine } from '../../lambda/log.ts';
import registry from './registry.json' with { type: 'json' };

/** Our authorizer as a handler of middy, without any middleware. */
export const handler = middy(createAuthorizer(registry, process.env, logLine, Date.now));
