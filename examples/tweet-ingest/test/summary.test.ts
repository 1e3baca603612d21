import { describe, expect, it } from 'vitest';
import { type IngestFacts, nothingFailed, summaryOf } from '../src/summary.js';

const facts: IngestFacts = {
  lines: 1_000,
  skippedByReason: new Map([
    ['not JSON', 2],
    ['no author_id', 1],
  ]),
  accepted: 997,
  stored: 990,
  failedByCode: new Map([['RECORD_EXPIRED', 7]]),
  messageByCode: new Map([['RECORD_EXPIRED', 'It expired.']]),
  storedBytes: 664_000,
  storedRecords: 14,
  throttledRecords: 3,
  latency: { p50Ms: 110, p99Ms: 1_230 },
  elapsedMs: 900,
  interrupted: false,
};

describe('summaryOf', () => {
  it('says what was read, put, stored and refused, and how', () => {
    expect(summaryOf(facts)).toEqual([
      'lines      1,000 read, 3 skipped (2 not JSON, 1 no author_id)',
      'tweets     997 put, 990 stored, 7 failed (7 RECORD_EXPIRED)',
      '           RECORD_EXPIRED: It expired.',
      'bytes      0.66 MB in 14 records: 70.7 tweets to a record',
      'throttled  3 records, put again',
      'latency    half within 110 ms, 99 % within 1.23 s',
      'time       900 ms, 1,100 tweets/s',
    ]);
  });

  it('says what was read and not put before an interrupt', () => {
    const [lines] = summaryOf({ ...facts, lines: 1_033, interrupted: true });
    expect(lines).toBe(
      'lines      1,033 read, 3 skipped (2 not JSON, 1 no author_id), 33 not put before the interrupt',
    );
    expect(summaryOf({ ...facts, interrupted: true })[0]).not.toContain('not put');
  });

  it('has nothing to divide by when nothing was read', () => {
    const none = new Map<never, number>();
    const empty = {
      ...facts,
      lines: 0,
      accepted: 0,
      stored: 0,
      storedBytes: 0,
      storedRecords: 0,
      elapsedMs: 0,
    };
    const lines = summaryOf({
      ...empty,
      skippedByReason: none,
      failedByCode: none,
      messageByCode: new Map(),
      latency: undefined,
      interrupted: true,
    });
    expect(lines[0]).toBe('lines      0 read, 0 skipped');
    expect(lines[2]).toBe('bytes      0.00 MB in 0 records');
    expect(lines[4]).toBe('latency    nothing stored');
    expect(lines[5]).toBe('time       0 ms, 0 tweets/s; interrupted');
  });
});

describe('nothingFailed', () => {
  it('holds only when every tweet that was put is stored', () => {
    expect(nothingFailed({ ...facts, stored: 997, failedByCode: new Map() })).toBe(true);
    expect(nothingFailed({ ...facts, stored: 997 })).toBe(false);
    expect(nothingFailed({ ...facts, failedByCode: new Map() })).toBe(false);
  });
});
