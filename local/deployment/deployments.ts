import { ApiKeys } from '../api/authorize/api-keys.ts';
import { usageCounters } from '../api/authorize/usage-counter.ts';
import { startAwsEndpoint } from '../aws/endpoint.ts';
import { secretsOf } from '../secrets/secrets.ts';
import type { ServedApp } from '../served-app.ts';
import { isCustomResource, type KnownResources, resourceKey } from './custom-resource.ts';
import { customResourceAnswers } from './custom-resource-answers.ts';
import { type DeployedApp, type DeploymentOptions, deployApp } from './deployed-app.ts';

/** The deployments of an app to this process, one after the other, and what outlives them. */
export interface Deployments {
  /** The local AWS of whichever deployment is the current one. */
  readonly endpoint: string;
  /** The one that serves; there is none before the first one is put in place. */
  current(): DeployedApp;
  /**
   * Deploys an app beside the current deployment.
   *
   * @throws Problem when an API cannot be run: then nothing has changed
   */
  deploy(app: ServedApp): Promise<DeployedApp>;
  /** Stops a deployment that does not get the place of the current one. */
  discard(deployed: DeployedApp): Promise<void>;
  /**
   * Puts a deployment in the place of the current one, in one step. Secrets, plans and keys are those of its
   * app from then on.
   *
   * @throws Problem before anything has changed
   * @returns the end of the one before, when nothing of it runs any more
   */
  replace(deployed: DeployedApp): Promise<void>;
  stop(): Promise<void>;
}

/** What the deployments are given; the rest of what outlives them is made here. */
export type DeploymentsOptions = Omit<
  DeploymentOptions,
  'keys' | 'counterOf' | 'known' | 'answers' | 'endpoint' | 'createdAt' | 'current'
>;

/** Forgets the custom resources that an app has no longer. */
function forgetOthers(known: KnownResources, { stacks }: ServedApp): void {
  const keys = new Set(
    stacks.flatMap((stack) =>
      stack
        .inOrder()
        .filter(({ type }) => isCustomResource(type))
        .map(({ logicalId }) => resourceKey(stack.stackId, logicalId)),
    ),
  );
  for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
}

/** Starts what outlives deployments: the local AWS, which is empty until there is one. */
export async function startDeployments(options: DeploymentsOptions): Promise<Deployments> {
  const { secrets, credentials, now } = options;
  const keys = new ApiKeys([], now);
  const known: KnownResources = new Map();
  const running = new Set<DeployedApp>();
  let current: DeployedApp | undefined;
  const answers = customResourceAnswers();
  const aws = await startAwsEndpoint(
    () => [answers.service, ...(current?.services ?? [])],
    credentials,
  );
  const deployment: DeploymentOptions = {
    ...options,
    keys,
    counterOf: usageCounters(now),
    known,
    answers,
    endpoint: aws.url,
    createdAt: new Date(now()),
    current: () => current,
  };

  // What an API does not need is not waited for: it goes on while the deployment serves.
  const update = { ...deployment, limits: { ...options.limits, freeResourceMs: 0 } };

  /** Adds what an app has, for what is deployed beside the current deployment. */
  function add({ stacks, apis }: ServedApp): void {
    secrets.add(secretsOf(stacks, secrets.versions(), now()));
    keys.add(apis);
  }

  /** Removes what an app has not. */
  function retain(app: ServedApp): void {
    add(app);
    secrets.retain(secretsOf(app.stacks, secrets.versions(), now()));
    keys.retain(app.apis);
    forgetOthers(known, app);
  }

  async function finish(deployed: DeployedApp): Promise<void> {
    await deployed.finish();
    running.delete(deployed);
  }

  return {
    endpoint: aws.url,
    current: () => current as DeployedApp,
    async deploy(app) {
      add(app);
      try {
        const deployed = await deployApp(app, current === undefined ? deployment : update);
        running.add(deployed);
        return deployed;
      } catch (error) {
        if (current !== undefined) retain(current.app);
        throw error;
      }
    },
    async discard(deployed) {
      running.delete(deployed);
      await deployed.stop();
      if (current !== undefined) retain(current.app);
    },
    replace(deployed) {
      const before = current;
      deployed.catchUp();
      // Last, because the file of the secrets may not be writable any more.
      retain(deployed.app);
      current = deployed;
      return before === undefined ? Promise.resolve() : finish(before);
    },
    async stop() {
      await Promise.all([...running].map((one) => one.stop()));
      await aws.close();
    },
  };
}
