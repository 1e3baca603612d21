import { describe, expect, it } from 'vitest';
import { nearName } from '../src/near-name.js';

const known = ['--port', '--host', '--stream', '--admin-port', '--write-model'];

describe('nearName', () => {
  it.each([
    ['--prt', '--port'],
    ['--prot', '--port'],
    ['--PORT', '--port'],
    ['--ports', '--port'],
    ['--sream', '--stream'],
    ['--admn-prot', '--admin-port'],
    ['--writemodel', '--write-model'],
    ['--host', '--host'],
  ])('knows what %s was meant to be', (typed, meant) => {
    expect(nearName(typed, known)).toBe(meant);
  });

  it.each(['--zzzz', '--verbose', '-x', ''])('does not guess at %s', (typed) => {
    expect(nearName(typed, known)).toBeUndefined();
  });

  it('takes two characters in the wrong order for one slip', () => {
    expect(nearName('prot', ['port'])).toBe('port');
    expect(nearName('pxrt', ['port'])).toBe('port');
    expect(nearName('pxyt', ['port'])).toBeUndefined();
  });

  it.each([
    ['rateLimit', 'rateLimitPercent'],
    ['RATEL', 'rateLimitPercent'],
    ['linger', 'lingerMs'],
    ['body', 'bodyFormat'],
  ])('takes %s for the beginning of the only one', (typed, meant) => {
    const names = ['rateLimitPercent', 'recordTtlMs', 'lingerMs', 'bodyFormat', 'onEvent', 'onOutcomes'];
    expect(nearName(typed, names)).toBe(meant);
  });

  it('prefers what was begun to what is spelled alike', () => {
    expect(nearName('host', ['post', 'hostName'])).toBe('hostName');
  });

  it('does not choose among several beginnings', () => {
    expect(nearName('maxOut', ['maxOutstandingBytes', 'maxOutstandingRecords'])).toBeUndefined();
    expect(nearName('size', ['sizeLimit', 'size', 'sizes'])).toBe('size');
    expect(nearName('', ['only-one'])).toBeUndefined();
  });

  it('has nothing near where nothing is known', () => {
    expect(nearName('a', [])).toBeUndefined();
  });
});
