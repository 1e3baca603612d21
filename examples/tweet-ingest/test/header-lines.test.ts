import { describe, expect, it } from 'vitest';
import { headerLines } from '../src/demo/header-lines.js';

describe('headerLines', () => {
  it('says what runs, how long, and why it needs aggregation, within 80 columns', () => {
    const load = {
      perSecond: 5_200,
      meanBytes: 672.4,
      bytesPerSecond: 3_650_000,
      totalShare: 0.87,
      busiestShare: 0.894,
      timesRecordCap: 1.3,
    };
    const lines = headerLines(load, { shards: 4, seconds: 20, seed: 1 });
    expect(lines[0]).toBe('Shardline demo: 20 s of load, then the proof; some 25 s in all (seed 1)');
    expect(lines).toContain('  load     5,200 tweets/s of 672 bytes on average');
    expect(lines).toContain(
      '  records  one by one, the load is 1.3 times what they take; aggregated it fits',
    );
    expect(lines).toContain('           the busiest shard gets 89 % of its cap');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });
});
