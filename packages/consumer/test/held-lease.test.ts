import { describe, expect, it } from 'vitest';
import { effectiveOwner, type Lease } from '../src/lease.js';
import { fenceAfterMs, heldLease, outcomeOf } from './support/held-leases.js';
import { at, shardId } from './support/shard-tree.js';
import { broken, swallowed, throttled } from './support/store-line.js';

const lost = (reason: string) => ({ code: 'LEASE_LOST', shardId: shardId(0), reason });

/** Every write that goes on with the lease. */
const writes = ['renew', 'checkpoint', 'prepareCheckpoint'] as const;
/** Every write that ends it. */
const endings = ['release', 'delete'] as const;

type World = Awaited<ReturnType<typeof heldLease>>;

function write({ held }: World, kind: (typeof writes)[number] | (typeof endings)[number]): Promise<void> {
  if (kind === 'renew') return held.renew(7);
  if (kind === 'checkpoint') return held.checkpoint(at('110'));
  if (kind === 'prepareCheckpoint') return held.prepareCheckpoint(at('110'));
  return kind === 'release' ? held.release('stop') : held.delete('shard-gone');
}

describe('HeldLease, while it is held', () => {
  it('writes what it is told, each time under the counter of the last answer', async () => {
    const { held, stored } = await heldLease();
    await held.renew(7);
    await held.prepareCheckpoint(at('110'));
    expect(await stored()).toMatchObject({
      leaseOwner: 'w1',
      leaseCounter: 3,
      throughputKBps: 7,
      pendingCheckpoint: at('110'),
    });
    await held.checkpoint(at('120'));
    expect(await stored()).toMatchObject({ checkpoint: at('120'), pendingCheckpoint: undefined });
    expect(held.lease).toEqual(await stored());
    expect(held.lost).toBeUndefined();
  });

  it('writes one at a time, in the order of the calls (N5)', async () => {
    const { held, line } = await heldLease();
    await Promise.all([
      held.renew(1),
      held.checkpoint(at('110')),
      held.prepareCheckpoint(at('120')),
      held.renew(2),
    ]);
    expect(line.calls).toEqual(['renew', 'checkpoint', 'prepareCheckpoint', 'renew']);
    expect(line.mostAtOnce).toBe(1);
    expect(held.lease).toMatchObject({
      checkpoint: at('110'),
      pendingCheckpoint: at('120'),
      leaseCounter: 5,
    });
  });

  it.each(writes)('rejects %s as the store does, and goes on', async (kind) => {
    const world = await heldLease();
    world.line.script(kind, throttled);
    expect(await outcomeOf(write(world, kind))).toMatchObject({ code: 'STORE_THROTTLED' });
    expect([world.held.lost, world.fired]).toEqual([undefined, []]);
    expect(await outcomeOf(write(world, kind))).toBe('done');
  });

  it.each(writes)(
    '%s that is never answered ends after callTimeoutMs, and the queue goes on',
    async (kind) => {
      const world = await heldLease();
      world.line.script(kind, swallowed);
      const outcomes = [outcomeOf(write(world, kind)), outcomeOf(world.held.renew(2))];
      await world.clock.advance(3_000);
      expect(await Promise.all(outcomes)).toMatchObject([{ name: 'TimeoutError' }, 'done']);
      expect(await world.stored()).toMatchObject({ leaseCounter: 2, throughputKBps: 2 });
    },
  );
});

describe('HeldLease, when another worker asks for it', () => {
  it.each(writes)('notices it by the answer of %s, and goes on until it hands over', async (kind) => {
    const world = await heldLease();
    await world.askedForBy('w2');
    await write(world, kind);
    expect(world.fired).toEqual(['hand-off asked']);
    expect(world.held.lost).toBeUndefined();
    await world.held.checkpoint(at('120'));
    expect(await world.stored()).toMatchObject({
      leaseOwner: 'w2',
      checkpointOwner: 'w1',
      checkpoint: at('120'),
    });
  });

  it('notices it in a listing', async () => {
    const { held, fired, stored, askedForBy, line } = await heldLease();
    held.observe(await stored());
    expect(fired).toEqual([]);
    await askedForBy('w2');
    held.observe(await stored());
    held.observe(await stored());
    expect([fired, line.calls]).toEqual([['hand-off asked'], []]);
    await held.renew(1);
    expect(fired).toEqual(['hand-off asked']);
  });

  it('assigns the lease to that worker, once and for all', async () => {
    const { held, fired, stored, askedForBy, line } = await heldLease();
    await askedForBy('w2');
    held.observe(await stored());
    await held.release('hand-off');
    expect(line.calls).toEqual(['assign']);
    expect(await stored()).toMatchObject({ leaseOwner: 'w2', checkpointOwner: undefined, leaseCounter: 2 });
    expect(fired).toEqual(['hand-off asked', 'lost: hand-off']);
  });

  it('gives the lease to that worker when it stops, even if it had not noticed', async () => {
    const { held, fired, stored, askedForBy } = await heldLease();
    await askedForBy('w2');
    await held.release('stop');
    expect(await stored()).toMatchObject({ leaseOwner: 'w2', checkpointOwner: undefined });
    expect(fired).toContain('lost: stop');
    expect(held.lost).toBe('stop');
  });

  it('frees the lease when the hand-off was called off meanwhile', async () => {
    const { held, memory, stored, askedForBy } = await heldLease();
    await askedForBy('w2');
    held.observe(await stored());
    await memory.assign(await stored(), 'w1');
    await held.release('hand-off');
    expect(effectiveOwner(await stored())).toBeUndefined();
  });
});

describe('HeldLease, when it is given up', () => {
  it.each(['stop', 'stream-gone'] as const)('frees the lease: %s', async (reason) => {
    const { held, fired, stored } = await heldLease();
    const released = held.release(reason);
    expect(await outcomeOf(released)).toBe('done');
    expect(await stored()).toMatchObject({
      leaseOwner: undefined,
      checkpointOwner: undefined,
      leaseCounter: 2,
    });
    expect(fired).toEqual([`lost: ${reason}`]);
    expect(held.signal.reason).toMatchObject(lost(reason));
  });

  it('counts as lost before the store has answered, and after what was asked before', async () => {
    const { held, line, clock, fired, stored } = await heldLease();
    line.script('release', swallowed);
    const checkpointed = held.checkpoint(at('110'));
    const released = outcomeOf(held.release('stop'));
    await checkpointed;
    await clock.advance(0);
    expect([held.lost, fired]).toEqual(['stop', ['lost: stop']]);
    expect((await stored()).checkpoint).toEqual(at('110'));
    await clock.advance(3_000);
    expect(await released).toMatchObject({ name: 'TimeoutError' });
  });

  it('deletes the lease of a shard that is gone', async () => {
    const { held, memory, fired } = await heldLease();
    await held.delete('shard-gone');
    expect(await memory.list()).toEqual([]);
    expect(fired).toEqual(['lost: shard-gone']);
  });

  it.each(endings)('may %s again when the store failed', async (kind) => {
    const world = await heldLease();
    world.line.script(kind, throttled, broken);
    for (const code of ['STORE_THROTTLED', 'STORE_RESET']) {
      expect(await outcomeOf(write(world, kind))).toMatchObject({ code });
    }
    expect(await outcomeOf(write(world, kind))).toBe('done');
    const left = await world.memory.list();
    expect(left.map(effectiveOwner)).toEqual(kind === 'release' ? [undefined] : []);
    expect(world.fired).toHaveLength(1);
  });

  it('leaves the lease alone that another worker has taken meanwhile', async () => {
    const { held, stored, takenBy } = await heldLease();
    await takenBy('w2');
    const before = await stored();
    await held.release('stop');
    expect(await stored()).toEqual(before);
  });

  it.each([...writes, ...endings])('writes nothing afterwards: %s', async (kind) => {
    const world = await heldLease();
    await world.held.release('stop');
    const before = [await world.stored(), world.line.calls.length];
    expect(await outcomeOf(write(world, kind))).toMatchObject(lost('stop'));
    expect([await world.stored(), world.line.calls.length]).toEqual(before);
  });
});

describe('HeldLease, when it is lost', () => {
  it('14: is dropped when a write is refused under a stale counter', async () => {
    const world = await heldLease();
    await world.takenBy('w2');
    const before = await world.stored();
    expect(await outcomeOf(world.held.renew(1))).toMatchObject(lost('taken'));
    expect(world.fired).toEqual(['lost: taken']);
    expect(await world.stored()).toEqual(before);
  });

  it.each(writes)('16: a lease that was deleted is lost and not resurrected by %s', async (kind) => {
    const world = await heldLease();
    await world.memory.delete(await world.stored());
    expect(await outcomeOf(write(world, kind))).toMatchObject(lost('deleted'));
    expect(world.fired).toEqual(['lost: deleted']);
    expect(await world.memory.list()).toEqual([]);
  });

  it('16: giving up a lease that was deleted is done, and does not resurrect it', async () => {
    for (const kind of endings) {
      const world = await heldLease();
      await world.memory.delete(await world.stored());
      expect(await outcomeOf(write(world, kind))).toBe('done');
      expect(await world.memory.list()).toEqual([]);
    }
  });

  it.each(writes)('is lost by %s once another worker has it, whose lease stays as it is', async (kind) => {
    const world = await heldLease();
    await world.takenBy('w2');
    const before = await world.stored();
    for (const next of [kind, ...writes])
      expect(await outcomeOf(write(world, next))).toMatchObject(lost('taken'));
    expect(await world.stored()).toEqual(before);
    expect(world.line.calls).toEqual([kind]);
  });

  it.each(writes)('is lost by %s when the same worker got it anew in the meantime', async (kind) => {
    const world = await heldLease();
    await world.takenBy('w2');
    await world.memory.release(await world.stored());
    await world.takenBy('w1');
    const before = await world.stored();
    expect(await outcomeOf(write(world, kind))).toMatchObject(lost('taken'));
    expect(await world.stored()).toEqual(before);
  });

  it('is lost when a listing has it as taken, or as free', async () => {
    const taken = await heldLease();
    await taken.takenBy('w2');
    taken.held.observe(await taken.stored());
    const freed = await heldLease();
    await freed.memory.release(await freed.stored());
    freed.held.observe(await freed.stored());
    expect([taken.fired, freed.fired]).toEqual([['lost: taken'], ['lost: taken']]);
  });

  it('is not lost by a listing that is older than its last write', async () => {
    const { held, stored, fired, memory } = await heldLease();
    const old: Lease = { ...(await stored()), leaseOwner: 'w0', leaseCounter: 0 };
    await memory.startHandoff(await stored(), 'w2');
    const asked = await stored();
    await memory.assign(asked, 'w1');
    await held.renew(1);
    held.observe(old);
    held.observe(asked);
    expect([held.lost, fired]).toEqual([undefined, []]);
    expect(held.lease.leaseOwner).toBe('w1');
  });

  it.each([...writes, ...endings])('writes nothing after its fence: %s', async (kind) => {
    const world = await heldLease();
    const before = await world.stored();
    await world.clock.advance(fenceAfterMs);
    expect(await outcomeOf(write(world, kind))).toMatchObject(lost('fenced'));
    expect([await world.stored(), world.line.calls]).toEqual([before, []]);
  });

  it('does not send what was queued when it is lost', async () => {
    const { held, line, takenBy } = await heldLease();
    await takenBy('w2');
    const outcomes = [held.renew(1), held.checkpoint(at('110')), held.release('stop')].map(outcomeOf);
    expect(await Promise.all(outcomes)).toMatchObject([lost('taken'), lost('taken'), lost('taken')]);
    expect(line.calls).toEqual(['renew']);
  });

  it('fires its signal once, for the first reason', async () => {
    const { held, clock, fired } = await heldLease();
    held.lose('shard-end');
    held.lose('taken');
    await clock.advance(60_000);
    expect([held.lost, fired]).toEqual(['shard-end', ['lost: shard-end']]);
    expect(clock.pending).toBe(0);
  });
});
