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

  it('has nothing near where nothing is known', () => {
    expect(nearName('a', [])).toBeUndefined();
  });
});
