import { describe, expect, it } from 'vitest';
import { expectedLoad } from '../src/demo/expected-load.js';
import { headerLines } from '../src/demo/header.js';
import { TweetGenerator } from '../src/tweet-generator.js';

describe('expectedLoad', () => {
  const load = expectedLoad(new TweetGenerator({ seed: 1 }), 5_200, 4);

  it('is above what four shards take in records, and below it in bytes on every shard', () => {
    expect(load.timesRecordCap).toBeCloseTo(1.3, 10);
    expect(load.busiestShare).toBeLessThan(0.97);
    expect(load.busiestShare).toBeGreaterThan(load.totalShare);
    expect(load.bytesPerSecond).toBeGreaterThan(5_200 * load.meanBytes);
  });

  it('puts all of it on one shard where there is one', () => {
    const single = expectedLoad(new TweetGenerator({ seed: 1 }), 5_200, 1);
    expect(single.busiestShare).toBeCloseTo(single.totalShare, 10);
  });

  it('is said before the demo begins, within 80 columns', () => {
    const lines = headerLines(load, { shards: 4, seconds: 20, seed: 1 });
    expect(lines[0]).toBe('Shardline demo: 20 s of load, then the proof; some 25 s in all (seed 1)');
    expect(lines.join('\n')).toContain('5,200 tweets/s');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });
});
