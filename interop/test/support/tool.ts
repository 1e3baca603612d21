import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
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

/**
 * A folder made once for each content of its sources and kept between runs. `make` fills another that then takes its
 * name, so that a run that was cut short leaves nothing half done, and two runs do not meet.
 */
export function cached(name: string, sources: readonly string[], make: (folder: string) => void): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source).update('\0');
  const folder = join(cacheFolder, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const draft = join(cacheFolder, `draft-${name}-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  make(draft);
  dropOlder(name);
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another run was faster.
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function dropOlder(name: string): void {
  for (const entry of readdirSync(cacheFolder)) {
    if (entry.startsWith(`${name}-`)) rmSync(join(cacheFolder, entry), { recursive: true, force: true });
  }
}

/** The text of every file below a folder of interop, names included. */
export function textsBelow(folder: string): readonly string[] {
  const entries = readdirSync(join(interopFolder, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.sort().flatMap((file) => [file.slice(interopFolder.length), readFileSync(file, 'utf8')]);
}
