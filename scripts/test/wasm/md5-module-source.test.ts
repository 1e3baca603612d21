import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../bootstrap/set-up.mjs';
import { md5ModulePath, md5ModuleSource } from '../../wasm/md5-module-source.js';

describe('md5ModuleSource', () => {
  it('is what the repository holds: `pnpm fix` writes it anew', () => {
    expect(readFileSync(join(root, md5ModulePath), 'utf8')).toBe(md5ModuleSource());
  });
});
