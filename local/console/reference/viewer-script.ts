interface Reply {
  header(name: string, value: string): Reply;
  send(content: string): Reply;
}

/** A route that the plugin adds to Fastify. */
interface Route {
  readonly url: string;
  handler(request: unknown, reply: Reply): unknown;
}

/**
 * The script of the viewer, Scalar's API reference. Its own npm package brings 287 MB with it; the plugin for
 * Fastify has the script in it, and serves it to whatever takes its routes.
 *
 * @throws Error if the plugin has no such route any more
 */
export async function viewerScript(): Promise<string> {
  const { default: plugin } = await import('@scalar/fastify-api-reference');
  const routes: Route[] = [];
  const fastify = { route: (route: Route) => routes.push(route) };
  const options = { configuration: { url: '/unused.json' } };
  plugin(fastify as never, options as never, () => undefined);
  let script: string | undefined;
  const reply: Reply = {
    header: () => reply,
    send(content) {
      script = content;
      return reply;
    },
  };
  routes.find(({ url }) => url.endsWith('.js'))?.handler({}, reply);
  if (script === undefined) throw new Error('@scalar/fastify-api-reference serves no script');
  return script;
}
