import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digest, isStamped, stamp } from '../../bootstrap/stamp.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-'));
  mkdirSync(join(folder, 'src', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'src', 'deep', 'a.ts'), 'one');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the digest changes with contents, names and new files, and with nothing else', () => {
  const first = digest(folder, ['src', 'absent']);
  expect(digest(folder, ['src', 'absent'])).toBe(first);
  writeFileSync(join(folder, 'src', 'b.ts'), '');
  const second = digest(folder, ['src']);
  writeFileSync(join(folder, 'src', 'deep', 'a.ts'), 'two');
  const third = digest(folder, ['src']);
  expect(new Set([first, second, third]).size).toBe(3);
});

test('a stamp holds for its own value only', () => {
  const file = join(folder, 'made', 'later');
  expect(isStamped(file, 'x')).toBe(false);
  stamp(file, 'x');
  expect(isStamped(file, 'x')).toBe(true);
  expect(isStamped(file, 'y')).toBe(false);
});
