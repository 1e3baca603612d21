import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doorNameProblems } from '../../pack/door-names.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'door-names-'));
  mkdirSync(join(folder, 'dist'));
  write('../package.json', '{ "name": "core", "type": "module" }');
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, 'dist', name), text);
}

/** Builds a door in all its four files. */
function build(door: string, esm: string, cjs: string, types: string, typesOfCjs = types): void {
  write(`${door}.js`, esm);
  write(`${door}.cjs`, cjs);
  write(`${door}.d.ts`, types);
  write(`${door}.d.cts`, typesOfCjs);
}

const judge = (...doors: readonly string[]) =>
  doorNameProblems([{ short: 'core', folder, doors, manifest: { name: 'core' } as never }]);

test('values that are there, and types alone, are right', async () => {
  const types = `
    export declare class A {}
    declare class B {}
    export interface C {}
    export type D = B;
    export declare const f: () => void;
    export { type B, type B as G };
    export type { Options } from './other.js';`;
  build(
    'index',
    'export class A {}\nexport const f = () => {};',
    'exports.A = class {};\nexports.f = () => {};',
    types,
  );
  build(
    'other',
    'export const o = 1;',
    'exports.o = 1;',
    'export interface Options {}\nexport declare const o: number;',
  );
  expect(await judge('index', 'other')).toEqual([]);
});

test('a class that only the declarations have is named, of either module system', async () => {
  build(
    'index',
    'export const a = 1;',
    'exports.a = 1;',
    'declare class B {}\nexport declare const a: number;\nexport { B };',
  );
  expect(await judge('index')).toEqual([
    'core/dist/index.d.ts has the value B, core/dist/index.js has not',
    'core/dist/index.d.cts has the value B, core/dist/index.cjs has not',
  ]);
});

test('so is a value that only the JavaScript has, of one of them', async () => {
  build('index', 'export const a = 1;', 'exports.a = 1;\nexports.b = 2;', 'export declare const a: number;');
  expect(await judge('index')).toEqual([
    'core/dist/index.cjs has the value b, core/dist/index.d.cts has not',
  ]);
});

test('and what another file of the package is said to have', async () => {
  build('other', 'export {};', '', 'export declare class A {}\nexport type { A as B };');
  build(
    'index',
    'export {};',
    '',
    "export { A, B } from './other.js';",
    "export { type A, B } from './other.cjs';",
  );
  expect(await judge('index')).toEqual(['core/dist/index.d.ts has the value A, core/dist/index.js has not']);
});

test('a door that cannot be loaded is told in its own words', async () => {
  build('index', "throw new Error('Not today.');", '', 'export {};');
  expect((await judge('index')).join()).toContain('Not today.');
});
