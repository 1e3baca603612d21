import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type DemoResult, passed, reportLines } from '../src/demo/report-lines.js';
import { goodDeliveries, goodFailover, goodVerdict } from './demo-verdicts.js';

const result: DemoResult = {
  verdict: goodVerdict,
  deliveries: goodDeliveries,
  failover: goodFailover,
  failoverMs: 4_000,
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
  it('shows the ledger, the figures, the verdict in a line, and what to try next', () => {
    const text = report();
    expect(text).toMatch(/^The ledger\naccepted +104,000 {2}by the producer\n/m);
    expect(text).toContain(
      '104,000 tweets in 1,425 records and 700 requests: 73.0 tweets to a record, 3 records throttled',
    );
    expect(text).toContain('from put to stored: half within 90 ms, 99 % within 210 ms');
    expect(text).toContain(
      'Nothing lost, nothing out of order: all 104,000 tweets are stored and delivered, through a split and a SIGKILL, ' +
        'at 1.3 times the rate that fits one by one.',
    );
    expect(text.split('\n').slice(-3)[0]).toContain('Next: ');
    expect(text).toContain('dist/cli.js count');
    expect(text).not.toContain('warning');
    expect(passed(result)).toBe(true);
  });

  it('warns of a busy machine instead of failing, and claims no rate that was not reached', () => {
    const text = report({ missed: 52_000 });
    expect(text).toContain(
      'warning: this machine was too busy to offer 5,200 tweets/s: 33 % were never offered',
    );
    expect(text).toContain('through a split and a SIGKILL.');
    expect(report({ missed: 1_000 })).not.toContain('warning');
    const slow = { ...goodFailover, worstMs: 6_100 };
    expect(report({ failover: slow })).toContain(
      'warning: this machine was too busy for a failover within 6.0 s: it took 6.1 s',
    );
    expect(report({ failover: { ...slow, worstMs: 6_000 } })).not.toContain('warning');
    expect(passed({ ...result, failover: slow, missed: 52_000 })).toBe(true);
  });

  it('says what is broken on the way in, and fails', () => {
    const verdict = {
      ...goodVerdict,
      ok: false,
      faults: ['3 lost', '1 out of order'],
      lost: 3,
      outOfOrder: 1,
    };
    const text = report({ verdict });
    expect(text).toContain('A promise is broken: 3 lost; 1 out of order.');
    expect(text).toContain('The stream, held against the ledger:\n');
    expect(text).not.toContain('The deliveries, held against it:');
    expect(passed({ ...result, verdict })).toBe(false);
  });

  it('says what is broken on the way out, and fails', () => {
    const deliveries = { ...goodDeliveries, ok: false, faults: ['2 never delivered'], lost: 2 };
    const text = report({ deliveries });
    expect(text).toContain('A promise is broken: 2 never delivered.');
    expect(text).toContain('The deliveries, held against it:\n');
    expect(text).not.toContain('The stream, held against the ledger:');
    expect(passed({ ...result, deliveries })).toBe(false);
  });

  it('proves nothing when nothing was put', () => {
    const nothing = { ...goodVerdict, accepted: 0, stored: 0 };
    expect(report({ verdict: nothing })).toContain('Nothing was put, so nothing is proven.');
    expect(passed({ ...result, verdict: nothing })).toBe(false);
  });

  it('says what else was not as planned', () => {
    expect(report({ split: false })).toContain('warning: no shard was split');
    expect(report({ failover: undefined })).toContain('warning: no worker was killed');
    const early = report({ split: false, failover: undefined, interrupted: true });
    expect(early.match(/warning: .*/g)).toEqual(['warning: interrupted: judged is what was put until then']);
    expect(early).toContain('stored and delivered, at 1.3 times');
    const gaveUp = report({ verdict: { ...goodVerdict, stored: 103_999, failed: 1 } });
    expect(gaveUp).toContain('warning: the producer gave 1 tweets up, and said so');
    expect(gaveUp).toContain('no tweet went missing unsaid');
  });
});
