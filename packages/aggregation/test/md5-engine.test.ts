import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyBlock } from '../src/hot/key-block.js';
import { openMd5Engine, type WebAssemblyApi } from '../src/md5-engine.js';
import { noWebAssembly } from './no-web-assembly.js';

const here = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** A machine that compiles but cannot have the memory. */
const noMemory: WebAssemblyApi = {
  Module: here.Module,
  Instance: class {
    constructor() {
      throw new RangeError('could not allocate memory');
    }
    readonly exports = {};
  },
};

function digestBy(wasm: WebAssemblyApi | undefined): string {
  const words = new Uint32Array(4);
  const block = new KeyBlock(openMd5Engine(wasm));
  block.hold('partition key');
  block.digest(words);
  return [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
}

const expected = createHash('md5').update('partition key').digest('hex');

describe('openMd5Engine', () => {
  it('has four lanes on this machine', () => {
    expect(openMd5Engine().workLanes).toBeTypeOf('function');
    expect(digestBy(here)).toBe(expected);
  });

  it.each([
    ['vectors', noWebAssembly],
    ['memory', noMemory],
  ])('works in JavaScript where %s are not to be had', (_, wasm) => {
    expect(openMd5Engine(wasm).workLanes).toBeUndefined();
    expect(digestBy(wasm)).toBe(expected);
  });

  it('works in JavaScript where there is no WebAssembly', () => {
    const holder = globalThis as { WebAssembly?: WebAssemblyApi };
    const { WebAssembly } = holder;
    try {
      delete holder.WebAssembly;
      expect(openMd5Engine().workLanes).toBeUndefined();
      expect(digestBy(undefined)).toBe(expected);
    } finally {
      holder.WebAssembly = WebAssembly as WebAssemblyApi;
    }
  });

  it('gives each caller memory of its own', () => {
    const [one, other] = [new KeyBlock(openMd5Engine()), new KeyBlock(openMd5Engine())];
    const words = new Uint32Array(4);
    one.hold('partition key');
    other.hold('something else');
    one.digest(words);
    expect(Buffer.from(words.buffer).swap32().toString('hex')).toBe(expected);
  });
});
