import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publishedPackages } from '../../pack/doors.js';

test('packages that are not private, with their doors', () => {
  const root = mkdtempSync(join(tmpdir(), 'doors-'));
  const write = (short: string, manifest: object) => {
    mkdirSync(join(root, 'packages', short), { recursive: true });
    writeFileSync(join(root, 'packages', short, 'package.json'), JSON.stringify(manifest));
  };
  write('core', { exports: { '.': {}, './internal': {}, './package.json': './package.json' } });
  write('hidden', { private: true, exports: { '.': {} } });
  const found = publishedPackages(root).map(({ short, doors }) => [short, doors]);
  rmSync(root, { recursive: true });
  expect(found).toEqual([['core', ['index', 'internal']]]);
});
