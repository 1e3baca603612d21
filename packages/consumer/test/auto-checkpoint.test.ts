import { ManualClock, seededRandom } from '@shardline/testing';
import { describe, expect, it } from 'vitest';
import { AutoCheckpoint } from '../src/auto-checkpoint.js';
import { shardEnd } from '../src/checkpoint.js';
import { at, shardInHand } from './support/handed-over.js';

function shardWithAutoCheckpoint() {
  const shard = shardInHand(['a', 'b', ['c', 'd'], 'e']);
  const { hold, progress, writer } = shard;
  const clock = new ManualClock();
  const errors: unknown[] = [];
  const auto = new AutoCheckpoint({
    clock,
    random: seededRandom(1),
    everyMs: 1_000,
    hold,
    progress,
    writer,
    onError: (error) => errors.push(error),
  });
  return { ...shard, clock, errors, auto };
}

describe('AutoCheckpoint', () => {
  it('writes what is done, everyMs after the start at the earliest', async () => {
    const { auto, progress, hold, clock, events } = shardWithAutoCheckpoint();
    auto.start();
    progress.finish(at(1));
    await clock.advance(999);
    expect(hold.written).toEqual([]);
    progress.finish(at(2));
    await clock.advance(101);
    expect(hold.written).toEqual([at(2)]);
    expect(events).toMatchObject([{ type: 'checkpointed', reason: 'interval' }]);
  });

  it('leaves everyMs between two writes, and a tenth more at most', async () => {
    const { auto, progress, hold, clock } = shardWithAutoCheckpoint();
    auto.start();
    const writtenAtMs: number[] = [];
    hold.after = async () => {
      writtenAtMs.push(clock.monotonic());
    };
    for (let index = 0; index < 20; index += 1) {
      progress.finish(at(1, index));
      await clock.advance(500);
    }
    const gaps = writtenAtMs.map((ms, index) => ms - (writtenAtMs[index - 1] ?? 0));
    expect(gaps.length).toBeGreaterThanOrEqual(8);
    for (const gap of gaps) expect(gap).toSatisfy((ms: number) => ms >= 1_000 && ms <= 1_100);
    expect(new Set(gaps).size).toBeGreaterThan(1);
  });

  it('writes nothing while nothing new is done', async () => {
    const { auto, progress, hold, clock } = shardWithAutoCheckpoint();
    auto.start();
    await clock.advance(5_000);
    expect(hold.written).toEqual([]);
    progress.finish(at(1));
    await clock.advance(5_000);
    expect(hold.written).toEqual([at(1)]);
  });

  it('never writes what is handed over and not done (C1)', async () => {
    const { auto, progress, hold, clock } = shardWithAutoCheckpoint();
    auto.start();
    progress.finish(at(1));
    await clock.advance(2_000);
    await auto.flush('stop');
    expect(progress.handedOver).toEqual(at(4));
    expect(hold.written).toEqual([at(1)]);
  });

  it('has one write in flight and starts no other meanwhile', async () => {
    const { auto, progress, hold, clock } = shardWithAutoCheckpoint();
    auto.start();
    let answer = () => {};
    let writes = 0;
    hold.before = () => {
      writes += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    progress.finish(at(1));
    await clock.advance(2_000);
    progress.finish(at(2));
    await clock.advance(60_000);
    expect(writes).toBe(1);
    answer();
    await clock.advance(1_100);
    expect(writes).toBe(2);
    expect(hold.mostAtOnce).toBe(1);
  });

  it('tells of a write that failed and tries again at the next turn, with what is done by then', async () => {
    const { auto, progress, hold, clock, errors } = shardWithAutoCheckpoint();
    auto.start();
    const throttled = new Error('throttled');
    hold.before = async () => Promise.reject(throttled);
    progress.finish(at(1));
    await clock.advance(1_100);
    expect(errors).toEqual([throttled]);
    hold.before = async () => undefined;
    progress.finish(at(2));
    await clock.advance(1_100);
    expect(hold.written).toEqual([at(2)]);
    expect(errors).toHaveLength(1);
  });

  it('tries nothing once the lease is lost', async () => {
    const { auto, progress, hold, clock, errors } = shardWithAutoCheckpoint();
    auto.start();
    progress.finish(at(1));
    hold.lose('fenced');
    await clock.advance(5_000);
    expect(hold.written).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('takes no further turn once it is stopped', async () => {
    const { auto, progress, hold, clock } = shardWithAutoCheckpoint();
    auto.start();
    auto.stop();
    progress.finish(at(1));
    await clock.advance(5_000);
    expect(hold.written).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('AutoCheckpoint.flush', () => {
  it('writes what is done at once, with its reason, and nothing where all is stored', async () => {
    const { auto, progress, hold, events } = shardWithAutoCheckpoint();
    progress.finish(at(2));
    await auto.flush('hand-off');
    await auto.flush('stop');
    expect(hold.written).toEqual([at(2)]);
    expect(events).toMatchObject([{ reason: 'hand-off' }]);
  });

  it('is content without a lease where all is stored, and rejects where not', async () => {
    const { auto, progress, hold } = shardWithAutoCheckpoint();
    hold.lose('taken');
    await auto.flush('stop');
    progress.finish(at(1));
    await expect(auto.flush('stop')).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(hold.written).toEqual([]);
  });

  it('rejects with what the store says', async () => {
    const { auto, progress, hold } = shardWithAutoCheckpoint();
    progress.finish(at(2));
    hold.before = async () => Promise.reject(new Error('unreachable'));
    await expect(auto.flush('stop')).rejects.toThrow('unreachable');
  });

  it('writes SHARD_END at the end of the shard, for that reason alone', async () => {
    const { auto, progress, hold, clock, events } = shardWithAutoCheckpoint();
    auto.start();
    progress.finish(at(4));
    progress.reachEnd();
    await clock.advance(2_000);
    await auto.flush('stop');
    expect(hold.written).toEqual([at(4)]);
    await auto.flush('shard-end');
    await auto.flush('shard-end');
    expect(hold.written).toEqual([at(4), shardEnd]);
    expect(events.at(-1)).toMatchObject({ reason: 'shard-end', checkpoint: shardEnd });
  });

  it('does not write SHARD_END while something is not done, nor before the end (C1)', async () => {
    const { auto, progress, hold } = shardWithAutoCheckpoint();
    progress.finish(at(4));
    await auto.flush('shard-end');
    const early = shardWithAutoCheckpoint();
    early.progress.finish(at(3, 1));
    early.progress.reachEnd();
    await early.auto.flush('shard-end');
    expect(hold.written).toEqual([at(4)]);
    expect(early.hold.written).toEqual([at(3, 1)]);
  });
});
