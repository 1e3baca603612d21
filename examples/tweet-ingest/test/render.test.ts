import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { render, renderPlain, viewColumns } from '../src/demo/render.js';
import type { ShardSnapshot, Snapshot } from '../src/demo/snapshot.js';

const plain = picocolors.createColors(false);
const coloured = picocolors.createColors(true);

const shard = (number: number, changes: Partial<ShardSnapshot> = {}): ShardSnapshot => ({
  shardId: `shardId-${String(number).padStart(12, '0')}`,
  bytesPerSecond: 900_000,
  recordsPerSecond: 18,
  state: 'open',
  note: '',
  worker: number % 2 === 0 ? 'w1' : 'w2',
  deliveredPerSecond: 1_310,
  behindMs: 240,
  finished: false,
  ...changes,
});

const snapshot: Snapshot = {
  elapsedMs: 12_340,
  loadMs: 20_000,
  activity: 'Offering 5,200 tweets/s',
  offeredPerSecond: 5_203,
  storedPerSecond: 5_187.4,
  recordsPerSecond: 71,
  deliveredPerSecond: 5_190.2,
  behindMs: 3_100,
  tweetsPerRecord: 73.06,
  throttledRecords: 3,
  latency: { p50Ms: 112.4, p99Ms: 1_234 },
  outstandingRecords: 640,
  outstandingBytes: 430_000,
  shards: [
    shard(0, { bytesPerSecond: 524_288 }),
    shard(1, { state: 'closed', note: 'split into 4 and 5', finished: true }),
    shard(2, { bytesPerSecond: 1_100_000, deliveredPerSecond: 0, behindMs: 3_100, worker: undefined }),
    shard(3, { state: 'closed', note: 'split into 6 and 7', behindMs: 0 }),
    shard(4, {
      bytesPerSecond: 0,
      recordsPerSecond: 0,
      deliveredPerSecond: 0,
      behindMs: undefined,
      note: 'new',
    }),
  ],
};

describe('render', () => {
  it('draws a line per shard: who reads it, what it takes, what is delivered, and the figures below', () => {
    expect(render(snapshot, plain).map((line) => line.trimEnd())).toEqual([
      'Offering 5,200 tweets/s                                           12.3 s of 20 s',
      '',
      'shard  worker  stored, bar = 1 MiB/s              delivered    behind',
      '0       w1     █████████████·············   50 %     1,310/s     0.2 s',
      '1              split into 4 and 5, all delivered',
      '2       --     ██████████████████████████  105 %         0/s     3.1 s',
      '3       w2     closed, split into 6 and 7            1,310/s     0.0 s',
      '4       w1     ··························    0 %         0/s         -  new',
      '',
      'tweets       5,203/s offered, 5,187/s stored, 5,190/s delivered',
      'behind       3.1 s on the slowest shard',
      'aggregation  73.1 tweets to a record, 71 records/s, 3 records throttled',
      'latency      half stored within 112 ms, 99 % within 1.23 s',
      'outstanding  640 tweets, 0.43 MB',
    ]);
  });

  it('stays within its columns, coloured or not', () => {
    for (const line of [...render(snapshot, plain), ...render(snapshot, coloured)]) {
      expect(stripVTControlCharacters(line).trimEnd().length).toBeLessThanOrEqual(viewColumns);
    }
  });

  it('shows the same text with colours: one for each worker, grey for nobody, a warning near the cap', () => {
    const lines = render(snapshot, coloured);
    expect(lines.map(stripVTControlCharacters)).toEqual(render(snapshot, plain));
    expect(lines[3]).toContain(coloured.bgCyan(coloured.black(' w1 ')));
    expect(lines[3]).toContain(coloured.cyan('█'.repeat(13)));
    expect(lines[5]).toContain(coloured.bgBlackBright(' -- '));
    expect(lines[5]).toContain(coloured.gray('█'.repeat(26)));
    expect(lines[5]).toContain(coloured.red(' 105 %'));
    expect(lines[6]).toContain(coloured.bgMagenta(coloured.black(' w2 ')));
  });

  it('says so while nothing is stored', () => {
    const lines = render({ ...snapshot, latency: undefined, behindMs: undefined, tweetsPerRecord: 0 }, plain);
    expect(lines).toContain('aggregation  nothing stored yet');
    expect(lines).toContain('latency      nothing stored yet');
    expect(lines).toContain('behind       - on the slowest shard');
  });
});

describe('renderPlain', () => {
  it('puts a second on one line, finished shards left out', () => {
    expect(renderPlain(snapshot)).toBe(
      ' 12 s  5,203/s offered, 5,187/s stored, 5,190/s delivered, 3.1 s behind, ' +
        'w1 has 0 4, w2 has 3, nobody has 2, 73.1 tweets to a record, throttled 3, p50 112 ms, p99 1.23 s',
    );
  });

  it('says what goes on when all figures stand still, but not before anything was stored', () => {
    const activity = 'Reading the stream back for the proof: 1,000 of 121,762 tweets';
    const over = { ...snapshot, activity, offeredPerSecond: 0, storedPerSecond: 0, deliveredPerSecond: 0 };
    expect(renderPlain(over)).toBe(` 12 s  ${activity}`);
    expect(renderPlain({ ...over, tweetsPerRecord: 0 })).toContain('0/s offered');
    for (const rate of ['offeredPerSecond', 'storedPerSecond', 'deliveredPerSecond']) {
      expect(renderPlain({ ...over, [rate]: 1 })).not.toContain(activity);
    }
  });
});
