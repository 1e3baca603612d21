import { describe, expect, it } from 'vitest';
import { at, shardInHand } from './support/handed-over.js';

const outOfRange = { code: 'CHECKPOINT_OUT_OF_RANGE' };

describe('CheckpointWriter', () => {
  it('writes a place, moves the progress and tells of it', async () => {
    const { writer, hold, progress, events } = shardInHand(['a', 'b']);
    await writer.write(at(1), 'interval');
    expect(hold.written).toEqual([at(1)]);
    expect(progress.stored).toEqual(at(1));
    expect(events).toEqual([
      { type: 'checkpointed', reason: 'interval', shardId: hold.shardId, checkpoint: at(1) },
    ]);
  });

  it('writes nothing twice', async () => {
    const { writer, hold, events } = shardInHand(['a']);
    await Promise.all([writer.write(at(1), 'handler'), writer.write(at(1), 'interval')]);
    expect(hold.written).toHaveLength(1);
    expect(events).toHaveLength(1);
  });

  it('writes one at a time, in the order asked for', async () => {
    const { writer, hold } = shardInHand(['a', 'b', 'c']);
    await Promise.all([1, 2, 3].map((record) => writer.write(at(record), 'handler')));
    expect(hold.mostAtOnce).toBe(1);
    expect(hold.written).toEqual([at(1), at(2), at(3)]);
  });

  it('rejects a place that was overtaken while it waited (C5)', async () => {
    const { writer, hold } = shardInHand(['a', 'b']);
    const later = writer.write(at(2), 'interval');
    const earlier = writer.write(at(1), 'handler');
    await expect(earlier).rejects.toMatchObject({ ...outOfRange, lowest: at(2), highest: at(2) });
    await later;
    expect(hold.written).toEqual([at(2)]);
  });

  it('rejects with what the store says and may then be asked again', async () => {
    const { writer, hold, progress, events } = shardInHand(['a']);
    hold.before = async () => Promise.reject(new Error('throttled'));
    await expect(writer.write(at(1), 'handler')).rejects.toThrow('throttled');
    expect(progress.isAhead).toBe(false);
    expect(events).toEqual([]);
    hold.before = async () => undefined;
    await writer.write(at(1), 'handler');
    expect(progress.stored).toEqual(at(1));
  });

  it('never writes an earlier place after one that may have been stored (C5)', async () => {
    const { writer, hold, progress } = shardInHand(['a', 'b', 'c']);
    hold.after = async () => Promise.reject(new Error('no answer'));
    await expect(writer.write(at(2), 'handler')).rejects.toThrow('no answer');
    hold.after = async () => undefined;
    await writer.write(at(1), 'handler');
    expect(hold.written).toEqual([at(2), at(2)]);
    expect(progress.stored).toEqual(at(2));
    await writer.write(at(3), 'handler');
    expect(hold.lease.checkpoint).toEqual(at(3));
  });

  it('writes nothing once the lease is lost, not even for what waits', async () => {
    const { writer, hold, events } = shardInHand(['a', 'b']);
    const waiting = [writer.write(at(1), 'handler'), writer.prepare(at(2)).then(() => undefined)];
    hold.lost = 'taken';
    for (const write of waiting) await expect(write).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(() => writer.ensureHeld()).toThrow('taken');
    expect(hold.written).toEqual([]);
    expect(hold.lease.pendingCheckpoint).toBeUndefined();
    expect(events).toEqual([]);
  });

  it('prepares in turn, unless the place is the checkpoint by then', async () => {
    const { writer, hold } = shardInHand(['a', 'b', 'c']);
    const written = writer.write(at(2), 'interval');
    expect(await Promise.all([writer.prepare(at(2)), writer.prepare(at(3))])).toEqual([false, true]);
    await written;
    await expect(writer.prepare(at(1))).rejects.toMatchObject(outOfRange);
    expect(hold.lease.pendingCheckpoint).toEqual(at(3));
    expect(hold.mostAtOnce).toBe(1);
  });

  it('notes no place before one that may have been stored, and that very place (C5)', async () => {
    const { writer, hold } = shardInHand(['a', 'b', 'c']);
    hold.after = async () => Promise.reject(new Error('no answer'));
    await expect(writer.write(at(2), 'handler')).rejects.toThrow('no answer');
    hold.after = async () => undefined;
    await expect(writer.prepare(at(1))).rejects.toMatchObject({
      ...outOfRange,
      lowest: at(2),
      highest: at(3),
    });
    expect(hold.lease.pendingCheckpoint).toBeUndefined();
    // Perhaps it was not: what is prepared must not get lost.
    expect(await writer.prepare(at(2))).toBe(true);
    expect(hold.lease.pendingCheckpoint).toEqual(at(2));
  });
});
