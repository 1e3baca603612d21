import { describe, expect, test } from 'vitest';
import { formatVerdict } from '../src/format-verdict.js';
import type { Verdict } from '../src/verdict.js';

const good: Verdict = {
  ok: true,
  faults: [],
  accepted: 1_234_567,
  stored: 1_234_560,
  repeats: 12,
  lost: 0,
  outOfOrder: 0,
  unexpected: 0,
  altered: 0,
  failed: 7,
  failedButStored: 0,
  wronglyFailed: 0,
  misreported: 0,
  dropped: 0,
  records: 3_210,
  examples: {
    lost: [],
    repeats: ['4', '5'],
    outOfOrder: [],
    unexpected: [],
    altered: [],
    wronglyFailed: [],
    misreported: [],
  },
};

describe('formatVerdict', () => {
  test('a good verdict', () => {
    expect(formatVerdict(good)).toBe(
      [
        'accepted               1,234,567',
        'stored                 1,234,560',
        'repeats                       12  4, 5',
        'lost                           0',
        'out of order                   0',
        'unexpected                     0',
        'reported failed                7',
        'records of the stream      3,210',
        'OK: every accepted record is in the stream or was reported as failed.',
      ].join('\n'),
    );
  });

  test('a bad one shows the rare rows, the first records, and why', () => {
    const bad: Verdict = {
      ...good,
      ok: false,
      faults: ['2 lost', '1 with other data than was put'],
      lost: 2,
      altered: 1,
      dropped: 4,
      examples: { ...good.examples, lost: ['7', '8'], altered: ['9'] },
    };
    const lines = formatVerdict(bad).split('\n');
    expect(lines).toContain('lost                           2  7, 8');
    expect(lines).toContain('altered                        1  9');
    expect(lines).toContain('put again, skipped             4');
    expect(lines.at(-1)).toBe('NOT OK: 2 lost; 1 with other data than was put.');
  });

  test('says so when there was nothing to judge', () => {
    expect(formatVerdict({ ...good, accepted: 0 })).toMatch(/OK, but nothing was accepted\.$/);
  });
});
