import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../bootstrap/set-up.mjs';
import { runProgram } from '../verify/step.js';

/**
 * Each rule that we lean on, seen failing under our own biome.json: an upgrade, or a slip in the configuration, that
 * silences one fails here. The promise rules are still new in Biome and miss an async callback given to a bare
 * setTimeout; the check "time and chance injected" closes that hole.
 */
async function rulesBroken(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lint-rules-'));
  try {
    const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as Record<string, unknown>;
    const written = { 'biome.json': JSON.stringify({ ...config, vcs: { enabled: false } }), ...files };
    for (const [path, text] of Object.entries(written)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { output } = await runProgram('biome', ['lint', '--colors=off', '--max-diagnostics=none', '.'], {
      cwd: folder,
    });
    return [...new Set([...output.matchAll(/lint\/\w+\/(\w+)/g)].map(([, rule = '']) => rule))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const src = 'packages/core/src';

test.each<[string, string, Record<string, string>]>([
  [
    'noImportCycles',
    'a cycle',
    {
      [`${src}/a.ts`]: "import { b } from './b.js';\nexport const a = (): number => b();",
      [`${src}/b.ts`]: "import { a } from './a.js';\nexport const b = (): number => a();",
    },
  ],
  [
    'noImportCycles',
    'a cycle through types',
    {
      [`${src}/a.ts`]: "import type { B } from './b.js';\nexport interface A {\n  b: B;\n}",
      [`${src}/b.ts`]: "import type { A } from './a.js';\nexport interface B {\n  a: A;\n}",
    },
  ],
  [
    'noReExportAll',
    'export *',
    { [`${src}/a.ts`]: "export * from './b.js';", [`${src}/b.ts`]: 'export const b = 1;' },
  ],
  ['noDefaultExport', 'a default export', { [`${src}/a.ts`]: 'export default 1;' }],
  ['noEnum', 'an enum', { [`${src}/a.ts`]: 'export enum A {\n  b,\n}' }],
  [
    'noParameterProperties',
    'a parameter property',
    { [`${src}/a.ts`]: 'export class A {\n  constructor(private readonly b: number) {}\n}' },
  ],
  ['noNonNullAssertion', '!', { [`${src}/a.ts`]: 'export const f = (a?: string) => a!.length;' }],
  ['noExplicitAny', 'any', { [`${src}/a.ts`]: 'export const f = (a: any) => a;' }],
  [
    'noFloatingPromises',
    'a floating promise',
    { [`${src}/a.ts`]: 'async function g() {}\nexport function f() {\n  g();\n}' },
  ],
  [
    'noFloatingPromises',
    'a floating promise of another file',
    {
      [`${src}/a.ts`]: "import { g } from './b.js';\nexport function f() {\n  g();\n}",
      [`${src}/b.ts`]: 'export async function g(): Promise<void> {}',
    },
  ],
  [
    'noMisusedPromises',
    'a promise as a condition',
    {
      [`${src}/a.ts`]:
        'async function g() {\n  return true;\n}\nexport function f() {\n  if (g()) return 1;\n  return 2;\n}',
    },
  ],
  [
    'noUndeclaredDependencies',
    'an undeclared dependency',
    {
      'packages/core/package.json': '{ "name": "a" }',
      [`${src}/a.ts`]: "import { b } from 'undeclared';\nexport const a = b;",
    },
  ],
  [
    'noExcessiveCognitiveComplexity',
    'a maze',
    {
      [`${src}/a.ts`]: `export function f(a: number) {\n${'if (a > 1) { for (const b of [1]) { if (a > b) { a -= b; } } }\n'.repeat(4)}return a;\n}`,
    },
  ],
  ['noConsole', 'a log line in a library', { [`${src}/a.ts`]: "console.log('a');" }],
  ['useFilenamingConvention', 'camelCase file name', { [`${src}/shardMap.ts`]: 'export const a = 1;' }],
  [
    'noFocusedTests',
    'a focused test',
    { 'packages/core/test/a.test.ts': "import { test } from 'vitest';\ntest.only('a', () => {});" },
  ],
  [
    'noSkippedTests',
    'a skipped test',
    { 'packages/core/test/a.test.ts': "import { test } from 'vitest';\ntest.skip('a', () => {});" },
  ],
])('%s finds %s', async (rule, _what, files) => {
  expect(await rulesBroken(files)).toContain(rule);
});

test('clean code is clean', async () => {
  expect(await rulesBroken({ [`${src}/a.ts`]: 'export const a = 1;' })).toEqual([]);
});

test('tool configurations may export a default, examples may write to the terminal', async () => {
  const files = {
    'packages/core/tsup.config.ts': 'export default {};',
    'examples/tweets/src/a.ts': "console.log('a');",
  };
  expect(await rulesBroken(files)).toEqual([]);
});
