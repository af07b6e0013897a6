import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './run.ts';
import { writeJson } from './sources.ts';

/** What jsii says about anything that has a doc comment. */
interface Documented {
  docs?: { remarks?: string; readonly custom?: Readonly<Record<string, string>> };
}

interface Type extends Documented {
  readonly initializer?: Documented;
  readonly methods?: readonly Documented[];
  readonly properties?: readonly Documented[];
}

/** As much of jsii's assembly as has documents. */
interface Assembly {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, Type>>;
}

/**
 * Writes `API.md` of a package that jsii compiled: every class, interface, property and method, with
 * types and defaults, by jsii-docgen. It leaves out what is thrown, and what a comment says of a
 * constructor, so it reads a copy of the assembly in which the descriptions say that too.
 *
 * @param folder the package's, with `.jsii`
 */
export function writeApiReference(root: string, folder: string): void {
  const text = readFileSync(join(folder, '.jsii'), 'utf8').replace(/\{@link ([\w.]+) *\}/g, '`$1`');
  const assembly = JSON.parse(text) as Assembly;
  for (const type of Object.values(assembly.types)) {
    for (const member of [...(type.methods ?? []), ...(type.properties ?? [])]) {
      say(member, 'Throws', member);
    }
    if (type.initializer) say(type, 'The constructor throws', type.initializer);
  }
  const copy = mkdtempSync(join(tmpdir(), 'api-reference-'));
  try {
    writeJson(join(copy, '.jsii'), assembly);
    cpSync(join(folder, 'package.json'), join(copy, 'package.json'));
    // It looks for the assemblies of dependencies in the folder.
    mkdirSync(join(copy, 'node_modules'));
    for (const name of Object.keys(assembly.dependencies)) {
      symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
    }
    runTool(root, copy, 'jsii-docgen', '--output', join(folder, 'API.md'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function say(place: Documented, verb: string, { docs }: Documented): void {
  const throws = docs?.custom?.throws;
  if (throws === undefined) return;
  place.docs ??= {};
  place.docs.remarks = [place.docs.remarks, `${verb} ${throws}.`].filter(Boolean).join('\n\n');
}
