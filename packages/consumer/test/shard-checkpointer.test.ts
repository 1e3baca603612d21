import { deaggregate } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, shardEnd } from '../src/checkpoint.js';
import type { CheckpointTarget } from '../src/shard-handler.js';
import { at, shardInHand } from './support/handed-over.js';
import { sequenceNumber, shortOf, storedFrom } from './support/stored-records.js';

const trimHorizon: Checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
const outOfRange = { code: 'CHECKPOINT_OUT_OF_RANGE' };
const alone = (record: number): CheckpointTarget => ({ sequenceNumber: sequenceNumber(record) });
/** 1/0, 2/0, 2/1, 2/2, 3/0. */
const some = ['a', ['b', 'c', 'd'], 'e'];

describe('ShardCheckpointer.checkpoint', () => {
  it('makes everything handed over the checkpoint when given nothing', async () => {
    const { checkpointer, hold, events } = shardInHand(some);
    await checkpointer.checkpoint();
    expect(hold.written).toEqual([at(3)]);
    expect(events).toMatchObject([{ type: 'checkpointed', reason: 'handler', checkpoint: at(3) }]);
  });

  it('means what was handed over when it was called, not when it is written', async () => {
    const { checkpointer, hold, handOver, records } = shardInHand();
    const [first, ...others] = shardInHand(some).records;
    expect(records).toEqual([]);
    if (first) handOver([first]);
    const written = checkpointer.checkpoint();
    handOver(others);
    await written;
    expect(hold.written).toEqual([at(1)]);
  });

  it('takes a user record, and numbers', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    await checkpointer.checkpoint(records[0]);
    await checkpointer.checkpoint(records[2]);
    await checkpointer.checkpoint({ sequenceNumber: sequenceNumber(2), subSequenceNumber: 2 });
    expect(hold.written).toEqual([at(1), at(2, 1), at(2, 2)]);
  });

  it('46: has the next owner go on with exactly the rest of an aggregate', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    await checkpointer.checkpoint(records[1]);
    const rest = deaggregate(storedFrom(1, some), { after: hold.lease.checkpoint });
    expect([...rest].map(shortOf)).toEqual(['2/1 c', '2/2 d', '3/0 e']);
  });

  it('takes a sequence number alone for the whole stored record', async () => {
    const { checkpointer, hold } = shardInHand(some);
    await checkpointer.checkpoint(alone(1));
    await checkpointer.checkpoint(alone(2));
    await checkpointer.checkpoint(alone(3));
    expect(hold.written).toEqual([at(1), at(2, 2), at(3)]);
  });

  it('takes a sequence number alone so far as the stored record was handed over', async () => {
    const { checkpointer, hold, handOver } = shardInHand();
    const { records } = shardInHand(some);
    handOver(records.slice(0, 3));
    await checkpointer.checkpoint(alone(2));
    handOver(records.slice(3));
    await checkpointer.checkpoint(alone(2));
    expect(hold.written).toEqual([at(2, 1), at(2, 2)]);
  });

  it('takes a sequence number alone for the first user record where the size of the aggregate is forgotten', async () => {
    const { checkpointer, hold, progress, records } = shardInHand();
    const { records: given } = shardInHand(some);
    const last = given.at(-1);
    if (last) progress.handOver(last);
    expect(records).toEqual([]);
    await checkpointer.checkpoint(alone(2));
    expect(hold.written).toEqual([at(2)]);
  });

  it('writes nothing for the number alone of the record that is the checkpoint', async () => {
    const { checkpointer, hold, handOver } = shardInHand([], at(2, 2));
    handOver(shardInHand(some).records.slice(4));
    await checkpointer.checkpoint(alone(2));
    expect(hold.written).toEqual([]);
  });

  it('stands at the last index of an aggregate whose last members were dropped (C4)', async () => {
    const { checkpointer, hold, progress, records } = shardInHand(some);
    progress.finish(at(5, 7));
    await checkpointer.checkpoint({
      ...at(2, 1),
      lastOfAggregate: true,
      aggregateCount: 3,
    } as CheckpointTarget);
    await checkpointer.checkpoint(records.at(-1));
    expect(hold.written).toEqual([at(2, 2), at(5, 7)]);
  });

  it('45: rejects a place before the last checkpoint or behind what was handed over', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    await checkpointer.checkpoint(records[2]);
    for (const target of [at(1), at(2, 0), at(3, 1), at(4), alone(1), alone(4)]) {
      await expect(checkpointer.checkpoint(target)).rejects.toMatchObject({
        ...outOfRange,
        shardId: hold.shardId,
        lowest: at(2, 1),
        highest: at(3),
      });
    }
    expect(hold.written).toEqual([at(2, 1)]);
  });

  it('45: accepts the last checkpoint and writes nothing', async () => {
    const { checkpointer, hold, records } = shardInHand(some, at(1));
    await checkpointer.checkpoint(records[0]);
    await checkpointer.checkpoint();
    await checkpointer.checkpoint();
    expect(hold.written).toEqual([at(3)]);
  });

  it('writes nothing before a record was handed over', async () => {
    const { checkpointer, hold } = shardInHand();
    await checkpointer.checkpoint();
    await checkpointer.checkpoint(trimHorizon);
    expect(hold.written).toEqual([]);
  });

  it('means no more than was handed over again of a batch that failed (C1)', async () => {
    const { checkpointer, hold, progress, handOver, records } = shardInHand(some);
    progress.fail();
    await checkpointer.checkpoint();
    expect(hold.written).toEqual([]);
    handOver(records.slice(0, 4));
    await expect(checkpointer.checkpoint(alone(3))).rejects.toMatchObject(outOfRange);
    await checkpointer.checkpoint();
    progress.finish(records[3] as (typeof records)[number]);
    // As a handler does that is asked to shut down.
    await checkpointer.checkpoint();
    expect(hold.written).toEqual([at(2, 2)]);
  });

  it('never goes to an initial sentinel (C5)', async () => {
    const { checkpointer, hold } = shardInHand(some);
    for (const sentinel of ['LATEST', 'AT_TIMESTAMP']) {
      const target = { sequenceNumber: sentinel, subSequenceNumber: 0 };
      await expect(checkpointer.checkpoint(target)).rejects.toMatchObject(outOfRange);
    }
    expect(hold.written).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['undefined', undefined, 'at'],
    ['null', null, 'at'],
    ['a bare string', sequenceNumber(1), 'at'],
    ['a bigint', 1n, 'at'],
    ['nothing in it', {}, 'at.sequenceNumber'],
    ['a number for a string', { sequenceNumber: 1 }, 'at.sequenceNumber'],
    ['text', { sequenceNumber: 'newest' }, 'at.sequenceNumber'],
    ['a leading zero', { sequenceNumber: '01' }, 'at.sequenceNumber'],
    ['a negative index', { ...at(1), subSequenceNumber: -1 }, 'at.subSequenceNumber'],
    ['a broken index', { ...at(1), subSequenceNumber: 0.5 }, 'at.subSequenceNumber'],
    ['NaN', { ...at(1), subSequenceNumber: Number.NaN }, 'at.subSequenceNumber'],
    ['an endless index', { ...at(1), subSequenceNumber: Number.POSITIVE_INFINITY }, 'at.subSequenceNumber'],
    ['an index in text', { ...at(1), subSequenceNumber: '0' }, 'at.subSequenceNumber'],
    ['an undefined index', { ...at(1), subSequenceNumber: undefined }, 'at.subSequenceNumber'],
  ])('refuses %s', async (_, target, option) => {
    const { checkpointer, hold } = shardInHand(some);
    const refused = { code: 'INVALID_OPTION', option };
    await expect(checkpointer.checkpoint(target as CheckpointTarget)).rejects.toMatchObject(refused);
    await expect(checkpointer.prepareCheckpoint(target as CheckpointTarget)).rejects.toMatchObject(refused);
    expect(hold.written).toEqual([]);
    expect(hold.lease.pendingCheckpoint).toBeUndefined();
  });

  it('is not led astray by what calls itself the last of its aggregate', async () => {
    const { checkpointer, hold } = shardInHand(some);
    const target = { ...at(2, 1), lastOfAggregate: true, aggregateCount: Number.NaN };
    await checkpointer.checkpoint(target as CheckpointTarget);
    expect(hold.written).toEqual([at(2, 1)]);
  });

  it('50: writes SHARD_END for the last record at the true end of the shard, not before', async () => {
    const { checkpointer, hold, progress, records } = shardInHand(some);
    await expect(checkpointer.checkpoint(shardEnd)).rejects.toMatchObject(outOfRange);
    await checkpointer.checkpoint(records.at(-1));
    progress.reachEnd();
    await checkpointer.checkpoint(records.at(-1));
    expect(hold.written).toEqual([at(3), shardEnd]);
  });

  it.each<[string, readonly [at?: CheckpointTarget]]>([
    ['nothing', []],
    ['the number of the last record alone', [alone(3)]],
    ['SHARD_END', [shardEnd]],
  ])('50: writes SHARD_END at the end of the shard for %s', async (_, given) => {
    const { checkpointer, hold, progress } = shardInHand(some);
    progress.reachEnd();
    await checkpointer.checkpoint(...given);
    await checkpointer.checkpoint(...given);
    expect(hold.written).toEqual([shardEnd]);
  });

  it('50: does not write SHARD_END for an earlier record', async () => {
    const { checkpointer, hold, progress, records } = shardInHand(some);
    progress.reachEnd();
    await checkpointer.checkpoint(records[3]);
    expect(hold.written).toEqual([at(2, 2)]);
  });

  it('50: writes SHARD_END where the last records were dropped, or there were none', async () => {
    const { checkpointer, hold, progress, records } = shardInHand(some);
    progress.finish(at(9, 4));
    progress.reachEnd();
    await checkpointer.checkpoint(records.at(-1));
    expect(hold.written).toEqual([shardEnd]);
    const empty = shardInHand();
    empty.progress.reachEnd();
    await empty.checkpointer.checkpoint();
    expect(empty.hold.written).toEqual([shardEnd]);
  });

  it('51: fails after the lease is lost and writes nothing', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    const prepared = await checkpointer.prepareCheckpoint(records[0]);
    const pending = hold.lease.pendingCheckpoint;
    hold.lose('taken');
    const lost = { code: 'LEASE_LOST' };
    await expect(checkpointer.checkpoint()).rejects.toMatchObject(lost);
    await expect(checkpointer.checkpoint(at(9))).rejects.toMatchObject(lost);
    await expect(checkpointer.prepareCheckpoint()).rejects.toMatchObject(lost);
    await expect(prepared.checkpoint()).rejects.toMatchObject(lost);
    expect(hold.written).toEqual([]);
    expect(hold.lease.pendingCheckpoint).toEqual(pending);
  });
});
