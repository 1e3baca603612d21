import { type Outcome, type Outcomes, ShutdownTimeoutError } from '@shardline/producer';
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

describe('messageByCode', () => {
  const attempt = { delayMs: 1, durationMs: 1, success: false };
  const left = (...errorCodes: string[]) => {
    const attempts = errorCodes.map((errorCode) => ({
      ...attempt,
      errorCode,
      errorMessage: 'nobody\nthere',
    }));
    const record = () => ({ partitionKey: 'a', data: 'b' });
    return new ShutdownTimeoutError({ stream: 's', record, attempts, mayBeStored: false }, 'gave up');
  };

  it('prefers the first error that knows how an attempt ended, in one line', () => {
    const tally = new OutcomeTally();
    for (const error of [left(), left('ShutdownTimeout'), left('ECONNREFUSED'), left('EPIPE')]) {
      tally.addFailure(error);
    }
    expect([...tally.messageByCode.keys()]).toEqual(['SHUTDOWN_TIMEOUT']);
    expect(tally.messageByCode.get('SHUTDOWN_TIMEOUT')).toContain('ended in ECONNREFUSED: nobody there. Put');
  });

  it('takes the first where none does', () => {
    const tally = new OutcomeTally();
    tally.addFailure(left());
    tally.addFailure(left('ShutdownTimeout'));
    tally.addFailure('text');
    expect(tally.messageByCode.get('SHUTDOWN_TIMEOUT')).toContain('it was never sent');
    expect(tally.messageByCode.get('UNKNOWN')).toBe('text');
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
