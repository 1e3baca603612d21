import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What a test needs of the machine beside Node. */
export interface Tool {
  /** Why the tests are skipped; absent when they run. */
  readonly missing?: string;
  /** Why they cannot run although the machine has the tool: they fail with it. */
  readonly broken?: string;
  /** What was prepared: an interpreter, a class path. */
  readonly path: string;
}

/** The title of a suite, with the reason when it is skipped. */
export function titleOf(name: string, tool: Tool): string {
  return tool.missing === undefined ? name : `${name} (skipped: ${tool.missing})`;
}

/** The prepared path of a tool that the machine has. */
export function pathOf(tool: Tool): string {
  if (tool.broken !== undefined) throw new Error(tool.broken);
  return tool.path;
}

export const interopFolder = resolve(import.meta.dirname, '..', '..');
export const cacheFolder = resolve(interopFolder, '..', 'node_modules', '.cache', 'interop');

/** The text of every file below a folder of interop, names included. */
export function textsBelow(folder: string): readonly string[] {
  const entries = readdirSync(join(interopFolder, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort().flatMap((file) => [file.slice(interopFolder.length), readFileSync(file, 'utf8')]);
}
