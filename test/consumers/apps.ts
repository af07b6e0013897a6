import { cdkInit } from './apps/cdk-init.ts';
import { handlerTests } from './apps/handler-tests.ts';
import { lowestPeers } from './apps/lowest-peers.ts';
import { next } from './apps/next.ts';
import { node } from './apps/node.ts';
import { nodejsFunction } from './apps/nodejs-function.ts';
import { olderCommonJs } from './apps/older-commonjs.ts';
import { publishing } from './apps/publishing.ts';
import { python } from './apps/python.ts';
import { readme } from './apps/readme.ts';
import { scanners } from './apps/scanners.ts';
import { tools } from './apps/tools.ts';
import { types } from './apps/types.ts';
import { web } from './apps/web.ts';
import type { ConsumerApp } from './suite.ts';

/** Every app, in the order in which they are run: what is quick first. */
export const APPS: readonly ConsumerApp[] = [
  publishing,
  types,
  readme,
  node,
  web,
  next,
  handlerTests,
  nodejsFunction,
  cdkInit,
  olderCommonJs,
  lowestPeers,
  tools,
  scanners,
  python,
];
