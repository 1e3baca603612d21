import { describe, expect, it } from 'vitest';
import { expectedLoad } from '../src/demo/expected-load.js';
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
});
