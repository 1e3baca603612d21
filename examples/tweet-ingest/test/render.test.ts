import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { render, renderPlain, viewColumns } from '../src/demo/render.js';
import type { ShardSnapshot, Snapshot } from '../src/demo/snapshot.js';

const plain = picocolors.createColors(false);

const shard = (number: number, changes: Partial<ShardSnapshot> = {}): ShardSnapshot => ({
  shardId: `shardId-${String(number).padStart(12, '0')}`,
  bytesPerSecond: 900_000,
  recordsPerSecond: 18,
  state: 'open',
  note: '',
  ...changes,
});

const snapshot: Snapshot = {
  elapsedMs: 12_340,
  loadMs: 20_000,
  activity: 'Offering 5,200 tweets/s',
  offeredPerSecond: 5_203,
  storedPerSecond: 5_187.4,
  recordsPerSecond: 71,
  tweetsPerRecord: 73.06,
  throttledRecords: 3,
  latency: { p50Ms: 112.4, p99Ms: 1_234 },
  outstandingRecords: 640,
  outstandingBytes: 430_000,
  shards: [
    shard(0, { bytesPerSecond: 524_288 }),
    shard(1, { state: 'closed', note: 'split at 10 s into 4 and 5' }),
    shard(2, { bytesPerSecond: 1_100_000, recordsPerSecond: 1_000 }),
    shard(4, { bytesPerSecond: 0, recordsPerSecond: 0, note: 'new' }),
  ],
};

describe('render', () => {
  it('draws a bar per shard against the caps, and the figures below', () => {
    expect(render(snapshot, plain).map((line) => line.trimEnd())).toEqual([
      'Offering 5,200 tweets/s                                           12.3 s of 20 s',
      '',
      'shard  bytes/s, bar = 1 MiB/s                           records/s, bar = 1,000',
      '0      ██████████████··············   50 %  0.52 MB/s   ▏·········    18',
      '1      closed, split at 10 s into 4 and 5',
      '2      ████████████████████████████  105 %  1.10 MB/s   ██████████ 1,000',
      '4      ····························    0 %  0.00 MB/s   ··········     0 new',
      '',
      'tweets       5,203/s offered, 5,187/s stored in 71 records/s',
      'aggregation  73.1 tweets to a record, 3 records throttled',
      'latency      half within 112 ms, 99 % within 1.23 s',
      'outstanding  640 tweets, 0.43 MB',
    ]);
  });

  it('stays within its columns, coloured or not', () => {
    for (const line of [...render(snapshot, plain), ...render(snapshot, picocolors.createColors(true))]) {
      expect(stripVTControlCharacters(line).trimEnd().length).toBeLessThanOrEqual(viewColumns);
    }
  });

  it('shows the same text with colours, and warns by colour near the cap', () => {
    const coloured = render(snapshot, picocolors.createColors(true));
    expect(coloured.map(stripVTControlCharacters)).toEqual(render(snapshot, plain));
    expect(coloured[3]).toContain('\u001b[32m');
    expect(coloured[5]).toContain('\u001b[31m');
  });

  it('says so while nothing is stored', () => {
    const { latency: _, ...early } = snapshot;
    const lines = render({ ...early, latency: undefined, tweetsPerRecord: 0 }, plain);
    expect(lines).toContain('aggregation  nothing stored yet');
    expect(lines).toContain('latency      nothing stored yet');
  });
});

describe('renderPlain', () => {
  it('puts a second on one line, closed shards left out', () => {
    expect(renderPlain(snapshot)).toBe(
      ' 12 s  offered 5,203/s, stored 5,187/s in 71 records/s, 73.1 tweets to a record, ' +
        '3 shards at 50 105 0 % of 1 MiB/s, throttled 3, p50 112 ms, p99 1.23 s, outstanding 640',
    );
  });
});
