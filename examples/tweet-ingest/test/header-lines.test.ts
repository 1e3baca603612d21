import { describe, expect, it } from 'vitest';
import { headerLines } from '../src/demo/header-lines.js';

describe('headerLines', () => {
  it('says what runs, what will happen when, and why it needs aggregation, within 80 columns', () => {
    const load = {
      perSecond: 5_200,
      meanBytes: 672.4,
      bytesPerSecond: 3_650_000,
      totalShare: 0.87,
      busiestShare: 0.894,
      timesRecordCap: 1.3,
    };
    const lines = headerLines(load, { shards: 4, seconds: 24, seed: 1, failoverMs: 4_000 });
    expect(lines[0]).toBe('Shardline demo: 24 s of load, then the proof; some 42 s in all (seed 1)');
    expect(lines).toContain("  load      5,200 tweets/s of 672 bytes, by Zipf's law: one by one");
    expect(lines).toContain('            1.3 times what the shards take; aggregated it fits, as');
    expect(lines).toContain('            3.65 MB/s, 87 % of their bytes, 89 % on the busiest');
    expect(lines).toContain('  at 8 s    the busiest shard is split, under load');
    expect(lines).toContain('  at 16 s   one worker gets a SIGKILL; the other takes its shards over when');
    expect(lines).toContain('            their leases run out, 4.0 s later');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });
});
