import type { RestMethod } from '../../../../lambda/contract/policy-proof/rest-method.ts';

/**
 * An oracle for the proof: what API Gateway and IAM do with a request, written as one would explain
 * it, and all requests to try. It shares nothing with the code that it checks.
 */
export interface Request {
  readonly verb: string;
  readonly path: string;
}

// DELETE stands for all verbs that only an ANY takes.
const VERBS = ['GET', 'POST', 'DELETE'];

/** All requests of so many segments at most, made of the API's literals and a value that is none. */
export function requestsUpTo(segmentCount: number, methods: readonly RestMethod[]): Request[] {
  const parts = methods.flatMap(({ resourcePath }) => resourcePath.split('/').filter(Boolean));
  const literals = parts.filter((part) => !part.startsWith('{'));
  const values = [...new Set([...literals, 'other'])];
  let ofLength = [''];
  const paths = ['/'];
  for (let length = 1; length <= segmentCount; length++) {
    ofLength = ofLength.flatMap((path) => values.map((value) => `${path}/${value}`));
    paths.push(...ofLength);
  }
  return paths.flatMap((path) => VERBS.map((verb) => ({ verb, path })));
}

interface Node {
  readonly children: Map<string, Node>;
  readonly methods: Map<string, RestMethod>;
}

const newNode = (): Node => ({ children: new Map(), methods: new Map() });

/** Finds the method that a request reaches: down the tree of resources, the most specific first. */
export function routerOf(methods: readonly RestMethod[]) {
  const root = newNode();
  for (const method of methods) {
    let node = root;
    for (const part of method.resourcePath.split('/').filter(Boolean)) {
      const name = part.replace(/^\{\w+/, '{');
      const child = node.children.get(name) ?? newNode();
      node.children.set(name, child);
      node = child;
    }
    node.methods.set(method.httpMethod, method);
  }
  return ({ verb, path }: Request) => descend(root, verb, path.split('/').filter(Boolean));
}

function descend(node: Node | undefined, verb: string, segments: string[]): RestMethod | undefined {
  if (node === undefined) return undefined;
  const [segment, ...rest] = segments;
  if (segment === undefined) return node.methods.get(verb) ?? node.methods.get('ANY');
  return (
    descend(node.children.get(segment), verb, rest) ??
    descend(node.children.get('{}'), verb, rest) ??
    descend(node.children.get('{+}'), verb, [])
  );
}

/** Whether one of the patterns matches the request's method ARN below the stage. */
export function matcherOf(patterns: readonly string[]) {
  const expressions = patterns.map((pattern) =>
    pattern.replace(/[*?]/g, (wildcard) => (wildcard === '*' ? '.*' : '.')),
  );
  // Without a pattern, one that matches nothing.
  const any = new RegExp(`^(?:${expressions.join('|') || '(?!)'})$`);
  return ({ verb, path }: Request) => any.test(verb + path);
}
