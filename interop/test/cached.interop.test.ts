import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cached } from './support/cached.js';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'shardline-interop-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const make = (folder: string) => mkdirSync(folder);
const longAgo = (folder: string) => utimesSync(folder, new Date(0), new Date(0));

it('makes a folder once for each content of its sources', () => {
  const maker = vi.fn(make);
  const [a, b] = ['a', 'b'].map((source) => cached(cache, 'tool', [source], maker));
  expect(cached(cache, 'tool', ['a'], maker)).toBe(a);
  expect(a).not.toBe(b);
  expect(maker).toHaveBeenCalledTimes(2);
});

it('drops what other sources made once nobody has used it for a day', () => {
  const stale = cached(cache, 'tool', ['stale'], make);
  const inUse = cached(cache, 'tool', ['in use'], make);
  const other = cached(cache, 'tools', ['another tool'], make);
  for (const draft of ['draft-tool-1', 'draft-tool-2']) make(join(cache, draft));
  for (const folder of [stale, inUse, other, join(cache, 'draft-tool-1')]) longAgo(folder);
  // A run that is under way.
  cached(cache, 'tool', ['in use'], make);
  const present = cached(cache, 'tool', ['new'], make);
  const left = [basename(inUse), basename(other), basename(present), 'draft-tool-2'];
  expect(readdirSync(cache).sort()).toEqual(left.sort());
});

it('drops nothing before its own folder stands', () => {
  longAgo(cached(cache, 'tool', ['old'], make));
  const before = readdirSync(cache);
  const failing = () => {
    throw new Error('no network');
  };
  expect(() => cached(cache, 'tool', ['new'], failing)).toThrow('no network');
  expect(readdirSync(cache)).toEqual(before);
});

it('takes the folder of a run that was faster', () => {
  const folder = cached(cache, 'tool', ['a'], make);
  rmSync(folder, { recursive: true });
  const overtaken = (draft: string) => {
    make(draft);
    make(folder);
    writeFileSync(join(folder, 'theirs'), '');
  };
  expect(cached(cache, 'tool', ['a'], overtaken)).toBe(folder);
  expect(readdirSync(cache)).toEqual([basename(folder)]);
  expect(statSync(join(folder, 'theirs')).isFile()).toBe(true);
});
