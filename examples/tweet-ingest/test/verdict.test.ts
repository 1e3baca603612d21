import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type Findings, findingsTable, verdictOf } from '../src/demo/verdict.js';

const fine: Findings = { accepted: 104_000, stored: 104_000, repeats: 12, failed: 0, lost: 0, outOfOrder: 0 };

describe('verdictOf', () => {
  it('accepts repeats, not loss, disorder or failures', () => {
    expect(verdictOf(fine)).toBe('proven');
    expect(verdictOf({ ...fine, stored: 103_999, lost: 1 })).toBe('lost-or-out-of-order');
    expect(verdictOf({ ...fine, outOfOrder: 1 })).toBe('lost-or-out-of-order');
    expect(verdictOf({ ...fine, stored: 103_999, failed: 1 })).toBe('failed-records');
    expect(verdictOf({ ...fine, failed: 1, lost: 1 })).toBe('lost-or-out-of-order');
  });
});

describe('findingsTable', () => {
  it('lists every count with its meaning', () => {
    expect(findingsTable(fine, picocolors.createColors(false))).toEqual([
      'accepted      104,000  taken by the producer',
      'stored        104,000  of these, found in the stream',
      'repeats            12  second copies (at least once allows them)',
      'failed              0  reported as not stored, with an error',
      'lost                0  reported stored, not in the stream',
      'out of order        0  after a later tweet of the same author',
    ]);
  });

  it('marks loss in red', () => {
    const [, , , , lost] = findingsTable({ ...fine, lost: 1 }, picocolors.createColors(true));
    expect(lost).toContain('\u001b[31m');
  });
});
