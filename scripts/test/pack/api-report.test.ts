import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judgeApi } from '../../pack/api-report.js';
import type { PublishedPackage } from '../../pack/doors.js';

let one: PublishedPackage;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'api-report-'));
  mkdirSync(join(folder, 'dist'));
  const manifest = { name: '@shardline/sample', version: '0.0.0' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  one = { short: 'sample', folder, manifest, doors: ['index'] };
});
afterEach(() => rmSync(one.folder, { recursive: true }));

function declare(text: string, door = 'index'): void {
  writeFileSync(join(one.folder, 'dist', `${door}.d.ts`), `${text}\n`);
}
const documented = '/** How long to wait, in milliseconds. */\nexport declare const waitMs: number;';

test('a report that was written agrees until the API changes', () => {
  declare(documented);
  expect(judgeApi(one, 'index', true)).toEqual([]);
  expect(judgeApi(one, 'index', false)).toEqual([]);
  declare(documented.replace('number', 'string'));
  expect(judgeApi(one, 'index', false)).toEqual([expect.stringMatching(/stale.*- .*number;\n\+ .*string;/s)]);
});

test('a missing report is stale', () => {
  declare(documented);
  expect(judgeApi(one, 'index', false)).not.toEqual([]);
});

test('an export without documentation is an error', () => {
  declare('export declare const waitMs: number;');
  expect(judgeApi(one, 'index', true)).toEqual([
    expect.stringContaining('Missing documentation for "waitMs"'),
  ]);
});

test('a member without documentation is an error, unless its name says all', () => {
  declare(
    "/** It failed. */\nexport declare class AError extends Error {\n  code: 'A';\n  ageMs: number;\n}",
  );
  expect(judgeApi(one, 'index', true)).toEqual([expect.stringContaining('"ageMs"')]);
});

test('a type that is used but not exported is an error', () => {
  declare(
    'interface Hidden {\n  a: number;\n}\n/** It. */\nexport declare function f(): Hidden;\nexport {};',
  );
  expect(judgeApi(one, 'index', true)).toEqual([expect.stringContaining('"Hidden" needs to be exported')]);
});

test('the door for siblings is reported and not judged', () => {
  declare('export declare const waitMs: number;', 'internal');
  expect(judgeApi(one, 'internal', true)).toEqual([]);
});
