import { ManualClock } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { BatchRunner } from '../src/batch-runner.js';
import { shardEnd } from '../src/checkpoint.js';
import type { Work } from '../src/handler-runner.js';
import { RecordFeed } from '../src/record-feed.js';
import type { ProcessRecordsInput, ShardHandler } from '../src/shard-handler.js';
import { BusyClock, promiseJobs } from './support/busy-clock.js';
import { collectGarbage } from './support/collect-garbage.js';
import { shardInHand } from './support/handed-over.js';
import { pending, placeOf, twoChildren } from './support/processor-world.js';
import { type Members, storedFrom } from './support/stored-records.js';

const start = {
  checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
  pendingCheckpoint: undefined,
};

function batches(handler: Partial<ShardHandler> = {}, manual = false) {
  const shard = shardInHand();
  const { hold, progress, checkpointer } = shard;
  const clock = new BusyClock();
  const gate = { closed: false, signal: new AbortController().signal };
  const inputs: ProcessRecordsInput[] = [];
  const makeHandler = () => ({
    ...handler,
    processRecords: (input: ProcessRecordsInput) => {
      inputs.push(input);
      return handler.processRecords?.(input);
    },
  });
  const range = undefined;
  const feed = new RecordFeed({
    shardId: hold.shardId,
    range,
    parentRanges: [],
    outOfRange: 'auto',
    tell: () => undefined,
  });
  const work = (all: readonly Members[], childShards?: Work['childShards']): Work => ({
    records: feed.read(storedFrom(1, all), progress.done),
    millisBehindLatest: 5,
    childShards,
  });
  const runner = new BatchRunner({ makeHandler, hold, progress, checkpointer, manual, gate, clock });
  return { ...shard, clock, gate, inputs, work, runner };
}

const textsOf = (inputs: readonly ProcessRecordsInput[]) =>
  inputs.map(({ records }) => records.map((record) => record.text()).join());

test('initialize is told where the shard begins, and what was prepared', async () => {
  const seen: unknown[] = [];
  const world = batches({ initialize: (input) => void seen.push(input) });
  const pendingCheckpoint = { sequenceNumber: '7', subSequenceNumber: 1, state: Buffer.from('state') };
  await world.runner.initialize({ ...start, pendingCheckpoint });
  expect(seen).toEqual([{ ...start, pendingCheckpoint, signal: world.gate.signal }]);
});

test('the factory is called once, however often initialize fails', async () => {
  let made = 0;
  let left = 2;
  const { hold, progress, checkpointer } = shardInHand();
  const runner = new BatchRunner({
    makeHandler: () => {
      made += 1;
      return {
        initialize: () => {
          left -= 1;
          if (left >= 0) throw new Error('not yet');
        },
        processRecords: () => undefined,
      };
    },
    hold,
    progress,
    checkpointer,
    manual: false,
    gate: { closed: false, signal: new AbortController().signal },
    clock: new ManualClock(),
  });
  await expect(runner.initialize(start)).rejects.toThrow('not yet');
  await expect(runner.initialize(start)).rejects.toThrow('not yet');
  await runner.initialize(start);
  expect([made, runner.lastCall]).toEqual([1, 'initialize']);
});

describe('processRecords', () => {
  test('gets what a batch has, with everything that it may want to know', async () => {
    const world = batches();
    await world.runner.initialize(start);
    await expect(world.runner.process(world.work(['a', ['b', 'c']]))).resolves.toBe(true);
    expect(textsOf(world.inputs)).toEqual(['a,b,c']);
    const { records: _, ...rest } = world.inputs[0] as ProcessRecordsInput;
    expect(rest).toEqual({
      millisBehindLatest: 5,
      checkpointer: world.checkpointer,
      isAtShardEnd: false,
      childShards: [],
      signal: world.gate.signal,
    });
    expect([world.runner.processedRecords, placeOf(world.progress.done)]).toEqual([3, '2/1']);
  });

  test('never an empty batch', async () => {
    const world = batches();
    await world.runner.initialize(start);
    await expect(world.runner.process(world.work([]))).resolves.toBe(true);
    await expect(world.runner.process(world.work([], twoChildren))).resolves.toBe(true);
    expect(world.inputs).toEqual([]);
  });

  test.each([
    [10_000, [10_000]],
    [10_001, [10_000, 1]],
    [25_000, [10_000, 10_000, 5_000]],
  ])('%d user records: %j, the last one alone at the shard’s end', async (count, sizes) => {
    const world = batches();
    await world.runner.initialize(start);
    const aggregate = Array.from({ length: 100 }, (_, index) => `${index}`);
    const all: Members[] = Array.from({ length: Math.floor(count / 100) }, () => aggregate);
    if (count % 100 > 0) all.push('z');
    await world.runner.process(world.work(all, twoChildren));
    expect(world.inputs.map(({ records }) => records.length)).toEqual(sizes);
    expect(world.inputs.map(({ isAtShardEnd }) => isAtShardEnd)).toEqual(
      sizes.map((_, at) => at === sizes.length - 1),
    );
    expect(world.inputs.at(-1)?.childShards).toBe(twoChildren);
    expect(world.runner.processedRecords).toBe(count);
  });

  test('the same batch again when it failed, and again from there', async () => {
    let left = 2;
    const world = batches({
      processRecords: () => {
        left -= 1;
        if (left >= 0) throw new Error('no');
      },
    });
    await world.runner.initialize(start);
    const work = world.work(['a', 'b']);
    for (let times = 0; times < 2; times += 1) {
      await expect(world.runner.process(work)).rejects.toThrow('no');
      expect([placeOf(world.progress.unnamed), world.runner.processedRecords]).toEqual(['TRIM_HORIZON', 0]);
      expect(world.runner.failedAt).toMatchObject({ sequenceNumber: expect.stringMatching(/1$/) });
    }
    await expect(world.runner.process(work)).resolves.toBe(true);
    expect(textsOf(world.inputs)).toEqual(['a,b', 'a,b', 'a,b']);
    expect(world.inputs[2]?.records).toBe(world.inputs[0]?.records);
    expect(placeOf(world.progress.done)).toBe('2');
    await world.runner.process(world.work(['a', 'b', 'c']));
    expect(textsOf(world.inputs).at(-1)).toBe('c');
  });

  test('checkpoint() passes nothing of a batch that failed and comes again cut shorter (C1)', async () => {
    let fails = true;
    const world = batches({
      processRecords: async ({ checkpointer }) => {
        if (fails) throw new Error('no');
        await checkpointer.checkpoint();
      },
      shutdownRequested: ({ checkpointer }) => checkpointer.checkpoint(),
    });
    await world.runner.initialize(start);
    await expect(world.runner.process(world.work(['a', 'b', 'c']))).rejects.toThrow('no');
    fails = false;
    await world.runner.process(world.work(['a', 'b']));
    await world.runner.shutdownRequested();
    expect(world.hold.written.map(placeOf)).toEqual(['2']);
    await world.runner.process(world.work(['a', 'b', 'c']));
    expect(textsOf(world.inputs)).toEqual(['a,b,c', 'a,b', 'c']);
  });

  test('checkpoint() in the midst of it means the whole batch', async () => {
    const world = batches({ processRecords: ({ checkpointer }) => checkpointer.checkpoint() });
    await world.runner.initialize(start);
    await world.runner.process(world.work(['a', 'b']));
    expect(world.hold.written.map(placeOf)).toEqual(['2']);
  });

  test('the rest of the process has its turn after 10 ms, between two batches', async () => {
    const world = batches({
      processRecords: () => {
        world.clock.busyMs += 4;
      },
    });
    await world.runner.initialize(start);
    const aggregate = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    const processing = world.runner.process(world.work(Array.from({ length: 60 }, () => aggregate)));
    await promiseJobs();
    expect([world.inputs.length, world.runner.underWay]).toEqual([3, undefined]);
    await world.clock.advance(0);
    expect(world.inputs.length).toBe(6);
    await processing;
    // After the last one there is nothing to give way for.
    expect(world.clock.pending).toBe(0);
  });

  test('a gate that closes while others have their turn holds', async () => {
    const world = batches({
      processRecords: () => {
        world.clock.busyMs += 11;
      },
    });
    await world.runner.initialize(start);
    const aggregate = Array.from({ length: 10_000 }, () => 'a');
    const processing = world.runner.process(world.work([aggregate, 'b']));
    await promiseJobs();
    world.gate.closed = true;
    await world.clock.advance(0);
    await expect(processing).resolves.toBe(false);
    expect(world.inputs).toHaveLength(1);
  });

  test.each(['is processed', 'failed'])(
    'nothing holds on to a batch that %s and was let go (C7)',
    async (how) => {
      const fails = how === 'failed';
      const world = batches({
        processRecords: () => {
          if (fails) throw new Error('no');
        },
      });
      await world.runner.initialize(start);
      const processed = async () => {
        const work = world.work(['a', ['b', 'c']]);
        await world.runner.process(work).catch(() => undefined);
        const [input] = world.inputs.splice(0);
        return [work, work.records, ...(input?.records ?? [])].map((held) => new WeakRef<object>(held));
      };
      const held = await processed();
      await collectGarbage();
      expect(held.map((ref) => ref.deref())).toEqual(held.map(() => undefined));
      expect(held).toHaveLength(5);
      expect(world.runner.failedAt === undefined).toBe(!fails);
      await world.runner.process(world.work([]));
      expect(world.runner.failedAt).toBeUndefined();
    },
  );

  test('nothing is handed over once the gate is closed', async () => {
    const world = batches();
    await world.runner.initialize(start);
    world.gate.closed = true;
    await expect(world.runner.process(world.work(['a']))).resolves.toBe(false);
    expect(world.inputs).toEqual([]);
  });
});

describe('shardEnded', () => {
  test('by hand, must checkpoint', async () => {
    let checkpoints = false;
    const world = batches(
      {
        shardEnded: async ({ checkpointer }) => {
          if (checkpoints) await checkpointer.checkpoint();
        },
      },
      true,
    );
    await world.runner.initialize(start);
    world.progress.reachEnd();
    await expect(world.runner.shardEnded()).rejects.toMatchObject({
      code: 'SHARD_END_NOT_CHECKPOINTED',
      shardId: world.hold.shardId,
      retryable: true,
    });
    checkpoints = true;
    await world.runner.shardEnded();
    expect(world.hold.written).toEqual([shardEnd]);
  });

  test('of a handler without the method: by hand never finished, else fine', async () => {
    const byHand = batches({}, true);
    await byHand.runner.initialize(start);
    await expect(byHand.runner.shardEnded()).rejects.toMatchObject({ code: 'SHARD_END_NOT_CHECKPOINTED' });
    const auto = batches();
    await auto.runner.initialize(start);
    await auto.runner.shardEnded();
    expect(auto.hold.written).toEqual([]);
  });
});

test('the last calls come to handlers that were initialised, and to no others', async () => {
  const calls: string[] = [];
  let fails = true;
  const world = batches({
    initialize: () => {
      if (fails) throw new Error('not yet');
    },
    leaseLost: () => void calls.push('leaseLost'),
    shutdownRequested: ({ checkpointer, signal }) => {
      calls.push('shutdownRequested');
      expect([checkpointer, signal]).toEqual([world.checkpointer, world.gate.signal]);
    },
  });
  await world.runner.leaseLost();
  await expect(world.runner.initialize(start)).rejects.toThrow('not yet');
  await world.runner.leaseLost();
  await world.runner.shutdownRequested();
  expect(calls).toEqual([]);
  fails = false;
  await world.runner.initialize(start);
  await world.runner.shutdownRequested();
  await world.runner.leaseLost();
  expect(calls).toEqual(['shutdownRequested', 'leaseLost']);
});

test('says what is under way, and since when', async () => {
  const step = pending();
  const world = batches({ processRecords: () => step.promise });
  expect([world.runner.underWay, world.runner.lastCall]).toEqual([undefined, 'shardHandler']);
  await world.runner.initialize(start);
  await world.clock.advance(7);
  const processing = world.runner.process(world.work(['a']));
  expect(world.runner.underWay).toEqual({ call: 'processRecords', sinceMs: 7 });
  step.settle();
  await processing;
  expect([world.runner.underWay, world.runner.lastCall]).toEqual([undefined, 'processRecords']);
  await world.runner.shardEnded();
  expect(world.runner.failedAt).toBeUndefined();
});
