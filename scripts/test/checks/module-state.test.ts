import { expect, test } from 'vitest';
import { moduleState as exceptions } from '../../checks/exceptions.js';
import { moduleState } from '../../checks/module-state.js';
import { foundBy } from './found-by.js';

const listed = Object.fromEntries(exceptions.map(({ path }) => [path, 'let state = 1;']));

/** Judges every text in a file of its own, all at once: the type checker takes its time to start. */
async function foundIn(texts: readonly string[]): Promise<readonly string[]> {
  const files = Object.fromEntries(
    texts.map((text, index) => [`packages/core/src/${index}.ts`, `export {};\n${text}`]),
  );
  const found = await foundBy(moduleState, { ...listed, ...files });
  return texts.filter((_text, index) =>
    found.some((finding) => finding.startsWith(`packages/core/src/${index}.ts`)),
  );
}

const constant = [
  'const limit = 5;',
  "const names = ['a', 'b'] as const;",
  "const names: readonly string[] = ['a'];",
  'const table = Object.freeze({ a: 1 });',
  'const table: Readonly<Record<string, number>> = { a: 1 };',
  'interface Row { readonly a: number } const row: Row = { a: 1 };',
  'const table = { a: { b: 1 } } as const satisfies object;',
  'const names: ReadonlySet<string> = new Set(["a"]);',
  'const rows: ReadonlyMap<string, number> = new Map();',
  'const bytes: ArrayLike<number> = new Uint8Array(4);',
  'const encoder = new TextEncoder();',
  'const word = /[a-z]+/;',
  'const twice = (x: number) => 2 * x;',
  'function f() { let x = 1; const seen = new Set(); x += seen.size; return x; }',
  'class A { #x = 1; static readonly limit = 5; x() { return this.#x; } }',
  'declare const wanted: string[];',
];

const changing = [
  'let count = 0;',
  'var count = 0;',
  'export let count = 0;',
  'const cache = new Map<string, number>();',
  'const seen = new Set<string>();',
  'const weak = new WeakMap<object, number>();',
  'const scratch = new Uint8Array(16);',
  'const scratch = Buffer.alloc(16);',
  'const list = [1, 2];',
  'const list: string[] = [];',
  'const state = { count: 0 };',
  'const state: Record<string, number> = {};',
  'class A { x = 1; } const shared = new A();',
  'function create() { return new Map(); } const cache = create();',
  'function create() { return { count: 0 }; } const state = create();',
  'class A { static count = 0; }',
  'class A { static readonly cache = new Map(); }',
];

test('what cannot change is allowed', async () => {
  expect(await foundIn(constant)).toEqual([]);
});

test('what can change is found', async () => {
  expect(await foundIn(changing)).toEqual(changing);
});
