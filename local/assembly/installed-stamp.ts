import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What changes with how the app is run. */
const RUN = ['cdk.json', 'package.json'];

/** What changes in a folder when a package manager has installed something in it. */
const INSTALLED = [
  'node_modules',
  'node_modules/.package-lock.json',
  'node_modules/.yarn-integrity',
  'node_modules/.yarn-state.yml',
  'node_modules/.modules.yaml',
];

/** A folder, and those that it is in: a workspace may have the packages of its projects in one of them. */
function withParents(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

function writtenAt(path: string): number {
  try {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  } catch {
    // It is not for this user, who can load no package from it.
    return 0;
  }
}

/**
 * Another one when packages that a project may load have been installed, or its app is run in another way.
 *
 * Source: Node.js documentation, "Loading from `node_modules` folders".
 */
export function installedStamp(project: string): string {
  const installed = withParents(project).flatMap((folder) =>
    INSTALLED.map((path) => join(folder, path)),
  );
  const own = RUN.map((path) => join(project, path));
  return [...own, ...installed].map(writtenAt).join(' ');
}
