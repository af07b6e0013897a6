import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What others may read, call or give. */
export interface Member {
  readonly name: string;
  readonly kind: 'constructor' | 'method' | 'property';
  readonly isStatic: boolean;
  readonly isOptional: boolean;
  /** Its doc comment, as it stands there; empty without one. */
  readonly doc: string;
}

/** A class or an interface that the package exports. */
export interface ExportedType {
  readonly name: string;
  readonly kind: 'class' | 'interface';
  readonly doc: string;
  readonly members: readonly Member[];
}

// A comment for a linter may stand between it and what it is about.
const DOC = String.raw`(?:^ *\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(?: *\/\/ biome-ignore .*\n)?)?`;
const MEMBER = new RegExp(
  String.raw`${DOC}^ {2}(?!private |protected )(static )?(?:readonly |get )?([a-zA-Z]\w*)(\?)?(\(|:| =)`,
  'gm',
);

/** What a file of exports passes on: the names, and the file in which each is declared. */
export function exportsOf(root: string, path: string): Map<string, string> {
  const text = readFileSync(join(root, path), 'utf8');
  const found = new Map<string, string>();
  for (const [, names = '', from = ''] of text.matchAll(
    /^export (?:type )?\{([^}]+)\} from '([^']+)'/gm,
  )) {
    for (const name of names.split(',').map((each) => each.replace(/\btype /, '').trim())) {
      if (name !== '') found.set(name, join(dirname(path), from));
    }
  }
  for (const [, name = ''] of text.matchAll(/^export (?:const|type) (\w+) =/gm)) {
    found.set(name, path);
  }
  return found;
}

/**
 * The class or interface of a name in a file; `undefined` if it is something else.
 *
 * It reads what Biome formats: a member stands two spaces in, and what begins with `#` is private.
 */
export function exportedType(root: string, path: string, name: string): ExportedType | undefined {
  const text = readFileSync(join(root, path), 'utf8');
  const declaration = new RegExp(
    `${DOC}^export (class|interface) ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`,
    'm',
  ).exec(text);
  if (declaration === null) return undefined;
  const [, doc = '', kind, body = ''] = declaration;
  return {
    name,
    kind: kind as ExportedType['kind'],
    doc,
    members: [...body.matchAll(MEMBER)].map(
      ([line, comment = '', isStatic, member = '', optional, end]) => ({
        name: member,
        kind:
          member === 'constructor'
            ? 'constructor'
            : end?.startsWith('(') && !/^ {2}get /m.test(line)
              ? 'method'
              : 'property',
        isStatic: isStatic !== undefined,
        isOptional: optional !== undefined,
        doc: comment,
      }),
    ),
  };
}
