import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** What was not used for so long is of no run that is under way. */
const unusedForMs = 24 * 3_600_000;

/**
 * A folder in `cache` made once for each content of its sources and kept between runs. `make` fills another that then takes
 * its name, so that a run that was cut short leaves nothing half done, and two runs do not meet. What other sources made, and
 * drafts of runs that were cut short, go when nobody has used them for a day: another run may be at work with them.
 */
export function cached(
  cache: string,
  name: string,
  sources: readonly string[],
  make: (folder: string) => void,
): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source).update('\0');
  const entry = `${name}-${hash.digest('hex').slice(0, 16)}`;
  const folder = join(cache, entry);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    fill(folder, join(cache, `draft-${name}-${process.pid}`), make);
    dropUnused(cache, [`${name}-`, `draft-${name}-`], entry);
  }
  const now = new Date();
  utimesSync(folder, now, now);
  return folder;
}

function fill(folder: string, draft: string, make: (folder: string) => void): void {
  rmSync(draft, { recursive: true, force: true });
  make(draft);
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another run was faster.
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true, force: true });
  }
}

function dropUnused(cache: string, prefixes: readonly string[], used: string): void {
  const sinceMs = Date.now() - unusedForMs;
  for (const entry of readdirSync(cache)) {
    if (entry === used || !prefixes.some((prefix) => entry.startsWith(prefix))) continue;
    const folder = join(cache, entry);
    const usedAtMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? sinceMs;
    if (usedAtMs < sinceMs) rmSync(folder, { recursive: true, force: true });
  }
}
