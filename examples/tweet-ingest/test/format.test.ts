import { describe, expect, it } from 'vitest';
import { count, duration, inSeconds, megabytes, percent } from '../src/format.js';

describe('format', () => {
  it('writes figures the same way everywhere', () => {
    expect([count(104_000), count(0.6), megabytes(3_512_345), percent(0.876)]).toEqual([
      '104,000',
      '1',
      '3.51 MB',
      '88 %',
    ]);
    expect([duration(0.4), duration(999), duration(1_234)]).toEqual(['0 ms', '999 ms', '1.23 s']);
    expect([inSeconds(0), inSeconds(4_649)]).toEqual(['0.0 s', '4.6 s']);
  });
});
