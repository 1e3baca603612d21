import type { Verdict } from '@shardline/testing';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type DemoResult, passed, reportLines } from '../src/demo/report-lines.js';

const verdict: Verdict = {
  ok: true,
  faults: [],
  accepted: 104_000,
  stored: 104_000,
  repeats: 2,
  lost: 0,
  outOfOrder: 0,
  unexpected: 0,
  altered: 0,
  failed: 0,
  failedButStored: 0,
  wronglyFailed: 0,
  misreported: 0,
  dropped: 0,
  records: 1_425,
  examples: {
    lost: [],
    repeats: ['1239', '1240'],
    outOfOrder: [],
    unexpected: [],
    altered: [],
    wronglyFailed: [],
    misreported: [],
  },
};

const result: DemoResult = {
  verdict,
  stats: { storedRecords: 104_000, storedEntries: 1_425, throttledEntries: 3, requests: 700 },
  latency: { p50Ms: 90, p99Ms: 210 },
  missed: 0,
  perSecond: 5_200,
  timesRecordCap: 1.3,
  split: true,
  interrupted: false,
};

const report = (changes: Partial<DemoResult> = {}) =>
  reportLines({ ...result, ...changes }, picocolors.createColors(false)).join('\n');

describe('reportLines', () => {
  it('shows the ledger’s table without the ids of repeats, the figures and the verdict', () => {
    const text = report();
    expect(text).toContain(
      'accepted               104,000\nstored                 104,000\nrepeats                      2\n',
    );
    expect(text).toContain(
      '104,000 tweets in 1,425 records and 700 requests: 73.0 tweets to a record, 3 records throttled',
    );
    expect(text).toContain('from put to stored: half within 90 ms, 99 % within 210 ms');
    expect(text).toContain(
      'Nothing lost, nothing out of order: all 104,000 tweets are stored, at 1.3 times the rate that fits one by one.',
    );
    expect(text).toContain('Next: npm run demo -- --seconds 60');
    expect(text).toContain('the producer has put its tweets again: none is lost');
    expect(report({ verdict: { ...verdict, repeats: 0 } })).not.toContain('Repeats and');
    expect(text).not.toContain('warning');
    expect(passed(result)).toBe(true);
  });

  it('warns of a busy machine instead of failing, and claims no rate that was not reached', () => {
    const text = report({ missed: 52_000 });
    expect(text).toContain(
      'warning: this machine was too busy to offer 5,200 tweets/s: 33 % were never offered',
    );
    expect(text).toContain('all 104,000 tweets are stored.');
    expect(report({ missed: 1_000 })).not.toContain('warning');
  });

  it('says what is broken, and fails', () => {
    const broken = { ...verdict, ok: false, faults: ['3 lost', '1 out of order'], lost: 3, outOfOrder: 1 };
    expect(report({ verdict: broken })).toContain('A promise is broken: 3 lost; 1 out of order.');
    expect(passed({ ...result, verdict: broken })).toBe(false);
  });

  it('proves nothing when nothing was put', () => {
    const nothing = { ...verdict, accepted: 0, stored: 0 };
    expect(report({ verdict: nothing })).toContain('Nothing was put, so nothing is proven.');
    expect(passed({ ...result, verdict: nothing })).toBe(false);
  });

  it('says what else was not as planned', () => {
    expect(report({ split: false })).toContain('warning: no shard was split');
    expect(report({ split: false, interrupted: true })).not.toContain('no shard was split');
    expect(report({ interrupted: true })).toContain('warning: interrupted');
    const gaveUp = report({ verdict: { ...verdict, stored: 103_999, failed: 1 } });
    expect(gaveUp).toContain('warning: the producer gave 1 tweets up, and said so');
    expect(gaveUp).toContain('no tweet went missing unsaid');
  });
});
