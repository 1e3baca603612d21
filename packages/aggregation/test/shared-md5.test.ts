import { describe, expect, it } from 'vitest';
import { openMd5Engine } from '../src/md5-engine.js';
import { md5UsersOf, sharedKeyBlock, sharedLanes } from '../src/shared-md5.js';
import { noWebAssembly } from './no-web-assembly.js';

describe('sharedKeyBlock', () => {
  it('is one for all, whoever asks first', () => {
    const keyBlock = sharedKeyBlock();
    expect(sharedLanes()).toBe(sharedLanes());
    expect(sharedKeyBlock()).toBe(keyBlock);
  });
});

describe('md5UsersOf', () => {
  it('has lanes where the engine has', () => {
    expect(md5UsersOf(openMd5Engine()).lanes).toBeDefined();
    expect(md5UsersOf(openMd5Engine(noWebAssembly)).lanes).toBeUndefined();
  });
});
