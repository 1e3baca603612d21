import { describe, expect, it } from 'vitest';
import { RetainedBytes } from '../src/retained-bytes.js';

describe('RetainedBytes', () => {
  it('says what fits', () => {
    const bytes = new RetainedBytes(10);
    expect(bytes.fits(10)).toBe(true);
    expect(bytes.fits(11)).toBe(false);
    bytes.add(6);
    expect(bytes.fits(5)).toBe(false);
    bytes.release(2);
    expect(bytes.used).toBe(4);
    expect(bytes.fits(6)).toBe(true);
  });
});
