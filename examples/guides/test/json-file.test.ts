import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JsonFile } from '../src/json-file.js';

describe('JsonFile', () => {
  let folder = '';
  let path = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'json-file-'));
    path = join(folder, 'leases.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes only where the version is the one that was read', async () => {
    const file = new JsonFile(path);
    expect(await file.compareAndSet('a', 1, 'x')).toBe(false);
    expect(await file.compareAndSet('a', 0, 'x')).toBe(true);
    expect(await file.compareAndSet('a', 0, 'y')).toBe(false);
    expect(await file.get('a')).toEqual({ value: 'x', version: 1 });
    expect(await file.compareAndSet('a', 1, 'y')).toBe(true);
    expect(await file.get('a')).toEqual({ value: 'y', version: 2 });
    expect(await file.keys()).toEqual(['a']);
  });

  it('deletes, and has the key as one that never was', async () => {
    const file = new JsonFile(path);
    await file.compareAndSet('a', 0, 'x');
    expect(await file.compareAndSet('a', 2, undefined)).toBe(false);
    expect(await file.compareAndSet('a', 1, undefined)).toBe(true);
    expect(await file.get('a')).toBeUndefined();
    expect(await new JsonFile(path).keys()).toEqual([]);
  });

  it('is there for the next process, with nothing beside it', async () => {
    const file = new JsonFile(path);
    await file.compareAndSet('a', 0, 'x');
    await file.compareAndSet('b', 0, 'y');
    expect(await new JsonFile(path).get('b')).toEqual({ value: 'y', version: 1 });
    expect(await readdir(folder)).toEqual(['leases.json']);
  });

  it('changes nothing when it cannot be written', async () => {
    const file = new JsonFile(join(folder, 'none', 'leases.json'));
    await expect(file.compareAndSet('a', 0, 'x')).rejects.toThrow('ENOENT');
    expect(await file.get('a')).toBeUndefined();
  });

  it('refuses a file that is none of its own', async () => {
    await writeFile(path, '{');
    expect(() => new JsonFile(path)).toThrow(SyntaxError);
  });
});
