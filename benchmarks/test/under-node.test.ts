import { describe, expect, it } from 'vitest';
import { runsUnder, withoutNode } from '../under-node.js';

describe('runsUnder', () => {
  it('takes a major for all of its releases, and no number for another that begins like it', () => {
    expect(runsUnder('24', '24.1.0')).toBe(true);
    expect(runsUnder('20.20.2', '20.20.2')).toBe(true);
    expect(runsUnder('2', '20.20.2')).toBe(false);
    expect(runsUnder('20.2', '20.20.2')).toBe(false);
  });
});

describe('withoutNode', () => {
  it('takes out the option and its value, in both ways to write it', () => {
    expect(withoutNode(['put-path', '--node', '24', '--json'])).toEqual(['put-path', '--json']);
    expect(withoutNode(['--node=24', 'put-path'])).toEqual(['put-path']);
    expect(withoutNode(['put-path', '--quick'])).toEqual(['put-path', '--quick']);
  });
});
