import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../checks/workspace.js';

/** Doors that only sibling packages use: not covered by semantic versioning, and not documented for users. */
export const siblingDoors: ReadonlySet<string> = new Set(['internal', 'connection']);

/** A package as it is published. */
export interface PublishedPackage {
  /** Such as `core`. */
  readonly short: string;
  readonly folder: string;
  readonly manifest: Manifest;
  /** Its entry points: `index` for `.`, `internal` for `./internal`. */
  readonly doors: readonly string[];
}

/** The packages of packages/ that are not private, those without siblings among their dependencies first. */
export function publishedPackages(root: string): readonly PublishedPackage[] {
  return readdirSync(join(root, 'packages'))
    .sort()
    .map((short) => describe(join(root, 'packages', short), short))
    .filter(({ manifest }) => manifest.private !== true);
}

function describe(folder: string, short: string): PublishedPackage {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const doors = Object.keys(manifest.exports ?? {})
    .filter((door) => door !== './package.json')
    .map((door) => (door === '.' ? 'index' : door.slice(2)));
  return { short, folder, manifest, doors };
}
