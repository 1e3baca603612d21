import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../bootstrap/set-up.mjs';
import { asCommonJs } from '../../pack/smoke.js';

test('imports become requires', () => {
  const text = "import assert from 'node:assert';\nimport {\n  A,\n  B,\n} from 'x';\nrun(A, B, assert);\n";
  expect(asCommonJs(text)).toBe(
    "const assert = require('node:assert');\nconst {\n  A,\n  B,\n} = require('x');\nrun(A, B, assert);\n",
  );
});

test('nothing of the program stays ESM', () => {
  const program = readFileSync(join(root, 'scripts', 'pack', 'smoke', 'program.mjs'), 'utf8');
  expect(asCommonJs(program)).not.toMatch(/^(import|export) /m);
});
