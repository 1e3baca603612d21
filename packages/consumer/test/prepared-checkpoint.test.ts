import { describe, expect, it } from 'vitest';
import { shardEnd } from '../src/checkpoint.js';
import { at, shardInHand } from './support/handed-over.js';
import { sequenceNumber } from './support/stored-records.js';

const outOfRange = { code: 'CHECKPOINT_OUT_OF_RANGE' };
/** 1/0, 2/0, 2/1, 2/2, 3/0. */
const some = ['a', ['b', 'c', 'd'], 'e'];

describe('ShardCheckpointer.prepareCheckpoint', () => {
  it('47: notes place and state for the next owner and leaves the checkpoint alone', async () => {
    const { checkpointer, hold, records, events } = shardInHand(some);
    const prepared = await checkpointer.prepareCheckpoint(records[2], Uint8Array.of(1, 2));
    expect(prepared.pendingCheckpoint).toEqual(at(2, 1));
    expect(hold.lease).toMatchObject({
      checkpoint: { sequenceNumber: 'TRIM_HORIZON' },
      pendingCheckpoint: { ...at(2, 1), state: Uint8Array.of(1, 2) },
    });
    expect(hold.written).toEqual([]);
    expect(events).toEqual([]);
  });

  it('takes the four shapes', async () => {
    const { checkpointer, records } = shardInHand(some);
    const places = [
      await checkpointer.prepareCheckpoint(records[0]),
      await checkpointer.prepareCheckpoint({ sequenceNumber: sequenceNumber(2) }),
      await checkpointer.prepareCheckpoint(at(2, 1)),
      await checkpointer.prepareCheckpoint(),
    ].map(({ pendingCheckpoint }) => pendingCheckpoint);
    expect(places).toEqual([at(1), at(2, 2), at(2, 1), at(3)]);
  });

  it('keeps the sub-sequence number of the last record when given a state alone', async () => {
    const { checkpointer, hold } = shardInHand(['a', ['b', 'c', 'd']]);
    await checkpointer.prepareCheckpoint(undefined, Uint8Array.of(7));
    expect(hold.lease.pendingCheckpoint).toEqual({ ...at(2, 2), state: Uint8Array.of(7) });
  });

  it('copies the state at once', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    const state = Buffer.from('mine');
    const prepared = checkpointer.prepareCheckpoint(records[0], state);
    state.fill(0);
    await prepared;
    expect(Buffer.from(hold.lease.pendingCheckpoint?.state ?? []).toString()).toBe('mine');
  });

  it('refuses a state that is no bytes', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    for (const state of ['text', null, [1], new ArrayBuffer(1)]) {
      const prepared = checkpointer.prepareCheckpoint(records[0], state as never);
      await expect(prepared).rejects.toMatchObject({ code: 'INVALID_OPTION', option: 'state' });
    }
    expect(hold.lease.pendingCheckpoint).toBeUndefined();
  });

  it('makes the place the checkpoint when promoted', async () => {
    const { checkpointer, hold, records, events } = shardInHand(some);
    const prepared = await checkpointer.prepareCheckpoint(records[2]);
    await prepared.checkpoint();
    await prepared.checkpoint();
    expect(hold.written).toEqual([at(2, 1)]);
    expect(events).toMatchObject([{ type: 'checkpointed', reason: 'handler', checkpoint: at(2, 1) }]);
  });

  it('rejects a place that is out of range', async () => {
    const { checkpointer, hold } = shardInHand(some, at(1));
    await expect(checkpointer.prepareCheckpoint(at(4))).rejects.toMatchObject(outOfRange);
    await expect(checkpointer.prepareCheckpoint(at(0))).rejects.toMatchObject(outOfRange);
    expect(hold.lease.pendingCheckpoint).toBeUndefined();
  });

  it('does nothing for what is the checkpoint, whenever it is promoted', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    await checkpointer.checkpoint(records[0]);
    const prepared = await checkpointer.prepareCheckpoint(records[0], Uint8Array.of(1));
    expect(prepared.pendingCheckpoint).toEqual(at(1));
    expect(hold.lease.pendingCheckpoint).toBeUndefined();
    await checkpointer.checkpoint();
    await prepared.checkpoint();
    expect(hold.written).toEqual([at(1), at(3)]);
  });

  it('48: promotes prepared places in order', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    const first = await checkpointer.prepareCheckpoint(records[0]);
    const second = await checkpointer.prepareCheckpoint(records[2]);
    await first.checkpoint();
    await second.checkpoint();
    expect(hold.written).toEqual([at(1), at(2, 1)]);
  });

  it('48: rejects an earlier prepared place after a later one', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    const first = await checkpointer.prepareCheckpoint(records[0]);
    const second = await checkpointer.prepareCheckpoint(records[2]);
    await second.checkpoint();
    await expect(first.checkpoint()).rejects.toMatchObject(outOfRange);
    expect(hold.written).toEqual([at(2, 1)]);
  });

  it('49: rejects a prepared place after a later plain checkpoint', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    const prepared = await checkpointer.prepareCheckpoint(records[2]);
    await checkpointer.checkpoint();
    await expect(prepared.checkpoint()).rejects.toMatchObject(outOfRange);
    expect(hold.written).toEqual([at(3)]);
  });

  it('49: promotes after an earlier plain checkpoint, or one at the same place', async () => {
    const { checkpointer, hold, records } = shardInHand(some);
    const prepared = await checkpointer.prepareCheckpoint(records[2]);
    await checkpointer.checkpoint(records[0]);
    await prepared.checkpoint();
    await prepared.checkpoint();
    expect(hold.written).toEqual([at(1), at(2, 1)]);
  });

  it('50: becomes SHARD_END when prepared at the end of the shard, or promoted there', async () => {
    const { checkpointer, hold, progress } = shardInHand(some);
    const before = await checkpointer.prepareCheckpoint();
    progress.reachEnd();
    const after = await checkpointer.prepareCheckpoint();
    expect([before, after].map(({ pendingCheckpoint }) => pendingCheckpoint)).toEqual([at(3), shardEnd]);
    await before.checkpoint();
    await after.checkpoint();
    expect(hold.written).toEqual([shardEnd]);
  });
});
