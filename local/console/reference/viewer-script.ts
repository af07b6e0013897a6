import plugin from '@scalar/fastify-api-reference';

interface Reply {
  header(name: string, value: string): Reply;
  send(content: string): Reply;
}

/** A route that the plugin adds. */
interface Route {
  readonly url: string;
  handler(request: unknown, reply: Reply): unknown;
}

/**
 * The script of the viewer, Scalar's API reference. Scalar's own package brings 287 MB with it; its plugin for
 * Fastify has the same script in it, and serves it to whatever takes its routes.
 *
 * @throws Error if the plugin does not serve it any more
 */
export function viewerScript(): string {
  const routes: Route[] = [];
  const fastify = { route: (route: Route) => routes.push(route) };
  const options = { configuration: { url: '/unused.json' } };
  // It has Fastify's types, and needs no more of Fastify than this.
  plugin(fastify as never, options as never, () => undefined);
  const sent: string[] = [];
  const reply: Reply = {
    header: () => reply,
    send(content) {
      sent.push(content);
      return reply;
    },
  };
  routes.find(({ url }) => url.endsWith('.js'))?.handler({}, reply);
  const [script] = sent;
  if (script === undefined) throw new Error('@scalar/fastify-api-reference serves no script');
  return script;
}
