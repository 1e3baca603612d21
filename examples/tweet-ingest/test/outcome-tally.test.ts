import type { Outcome, Outcomes } from '@shardline/producer';
import { describe, expect, it } from 'vitest';
import { codeOf, OutcomeTally } from '../src/outcome-tally.js';

/** Outcomes of one Kinesis record: stored, or failed with the given codes. */
function outcomesOf(length: number, codes: readonly string[] = []): Outcomes {
  const all = Array.from({ length }, (_, index): Outcome => {
    const code = codes[index];
    return code === undefined
      ? {
          index,
          stored: true,
          result: { shardId: 's', sequenceNumber: '1', subSequenceNumber: index, attempts: [] },
        }
      : { index, stored: false, error: Object.assign(new Error('x'), { code, retryable: false }) };
  });
  return {
    length,
    at: (index) => all[index] as Outcome,
    failures: () => all.filter((outcome) => !outcome.stored),
    [Symbol.iterator]: () => all[Symbol.iterator](),
  };
}

describe('OutcomeTally', () => {
  it('counts tweets and the Kinesis records that hold them, failures by code', () => {
    const tally = new OutcomeTally();
    tally.add(outcomesOf(70));
    tally.add(outcomesOf(3, ['RECORD_EXPIRED', 'RECORD_EXPIRED', 'ACCESS_DENIED']));
    tally.add(outcomesOf(1));
    tally.addFailure(Object.assign(new Error('x'), { code: 'RECORD_TOO_LARGE' }));
    expect(tally.stored).toBe(71);
    expect(tally.storedRecords).toBe(2);
    expect(Object.fromEntries(tally.failedByCode)).toEqual({
      RECORD_EXPIRED: 2,
      ACCESS_DENIED: 1,
      RECORD_TOO_LARGE: 1,
    });
  });
});

describe('codeOf', () => {
  it('names any error', () => {
    expect([
      codeOf(Object.assign(new Error('x'), { code: 'X' })),
      codeOf(new TypeError('y')),
      codeOf('z'),
    ]).toEqual(['X', 'TypeError', 'UNKNOWN']);
  });
});
