import { describe, expect, it } from 'vitest';
import { effectiveOwner } from '../src/lease.js';
import { callTimeoutMs, fenceAfterMs, heldLease, outcomeOf } from './support/held-leases.js';
import { at, shardId } from './support/shard-tree.js';
import {
  answeredLate,
  broken,
  carriedOutLate,
  swallowed,
  throttled,
  unanswered,
} from './support/store-line.js';

const lost = (reason: string) => ({ code: 'LEASE_LOST', shardId: shardId(0), reason });

/** The two ways to lose an answer: nothing comes, or the connection breaks. */
const losses = [
  ['no answer', unanswered],
  ['a broken connection', broken],
] as const;

describe.each(losses)('HeldLease, when a write took effect and met with %s', (_, fate) => {
  it('15: recognises a renewal as its own', async () => {
    const { held, line, clock, stored } = await heldLease();
    line.script('renew', fate);
    const outcomes = [outcomeOf(held.renew(5)), outcomeOf(held.renew(6))];
    await clock.advance(callTimeoutMs);
    expect(await Promise.all(outcomes)).toEqual([expect.any(Error), 'done']);
    expect(await stored()).toMatchObject({ leaseOwner: 'w1', leaseCounter: 3, throughputKBps: 6 });
    expect([held.lost, held.lease]).toEqual([undefined, await stored()]);
  });

  it('recognises a checkpoint as its own, and takes it over', async () => {
    const { held, line, clock, stored } = await heldLease();
    line.script('checkpoint', fate);
    const outcomes = [outcomeOf(held.checkpoint(at('110'))), outcomeOf(held.renew(1))];
    await clock.advance(callTimeoutMs);
    expect(await Promise.all(outcomes)).toEqual([expect.any(Error), 'done']);
    expect(held.lease).toMatchObject({ checkpoint: at('110'), leaseCounter: 3 });
    expect(held.lease).toEqual(await stored());
  });

  it('writes a checkpoint again that had been written', async () => {
    const { held, line, clock, stored } = await heldLease();
    line.script('checkpoint', fate);
    const outcomes = [outcomeOf(held.checkpoint(at('110'))), outcomeOf(held.checkpoint(at('110')))];
    await clock.advance(callTimeoutMs);
    expect(await Promise.all(outcomes)).toEqual([expect.any(Error), 'done']);
    expect(await stored()).toMatchObject({ checkpoint: at('110'), leaseCounter: 3 });
  });

  it('recognises a prepared checkpoint as its own', async () => {
    const { held, line, clock } = await heldLease();
    line.script('prepareCheckpoint', fate);
    const outcomes = [outcomeOf(held.prepareCheckpoint(at('110'))), outcomeOf(held.renew(1))];
    await clock.advance(callTimeoutMs);
    expect(await Promise.all(outcomes)).toEqual([expect.any(Error), 'done']);
    expect(held.lease).toMatchObject({ pendingCheckpoint: at('110'), leaseCounter: 3 });
  });

  it('gives the lease up after a lost renewal', async () => {
    const { held, line, clock, stored } = await heldLease();
    line.script('renew', fate);
    const outcomes = [outcomeOf(held.renew(1)), outcomeOf(held.release('stop'))];
    await clock.advance(callTimeoutMs);
    expect(await Promise.all(outcomes)).toEqual([expect.any(Error), 'done']);
    expect(effectiveOwner(await stored())).toBeUndefined();
  });

  it('deletes the lease after a lost renewal', async () => {
    const { held, line, clock, memory } = await heldLease();
    line.script('renew', fate);
    const outcomes = [outcomeOf(held.renew(1)), outcomeOf(held.delete('shard-gone'))];
    await clock.advance(callTimeoutMs);
    expect(await Promise.all(outcomes)).toEqual([expect.any(Error), 'done']);
    expect(await memory.list()).toEqual([]);
  });

  it('takes a release for done when it is tried again, whoever has the lease by then', async () => {
    const { held, line, clock, stored, takenBy } = await heldLease();
    line.script('release', fate);
    const released = outcomeOf(held.release('stop'));
    await clock.advance(callTimeoutMs);
    expect(await released).toBeInstanceOf(Error);
    await takenBy('w2');
    const before = await stored();
    expect(await outcomeOf(held.release('stop'))).toBe('done');
    expect(await stored()).toEqual(before);
  });

  it('takes a hand-over for done when it is tried again', async () => {
    const { held, line, clock, stored, askedForBy } = await heldLease();
    await askedForBy('w2');
    held.observe(await stored());
    line.script('assign', fate);
    const released = outcomeOf(held.release('hand-off'));
    await clock.advance(callTimeoutMs);
    expect(await released).toBeInstanceOf(Error);
    expect(await outcomeOf(held.release('hand-off'))).toBe('done');
    expect(await stored()).toMatchObject({ leaseOwner: 'w2', checkpointOwner: undefined, leaseCounter: 2 });
  });

  it('takes a deletion for done when it is tried again', async () => {
    const { held, line, clock, memory } = await heldLease();
    line.script('delete', fate);
    const deleted = outcomeOf(held.delete('shard-gone'));
    await clock.advance(callTimeoutMs);
    expect(await deleted).toBeInstanceOf(Error);
    expect(await outcomeOf(held.delete('shard-gone'))).toBe('done');
    expect(await memory.list()).toEqual([]);
  });

  it('sees through a lost write that a hand-off came on top of', async () => {
    const { held, line, clock, fired, askedForBy } = await heldLease();
    line.script('checkpoint', fate);
    const first = outcomeOf(held.checkpoint(at('110')));
    await clock.advance(callTimeoutMs);
    expect(await first).toBeInstanceOf(Error);
    await askedForBy('w2');
    await held.renew(1);
    expect(fired).toEqual(['hand-off asked']);
    expect(held.lease).toMatchObject({ checkpoint: at('110'), leaseOwner: 'w2', checkpointOwner: 'w1' });
  });

  it('is lost when another worker took the lease on top of it', async () => {
    const { held, line, clock, stored, takenBy } = await heldLease();
    line.script('renew', fate);
    const first = outcomeOf(held.renew(1));
    await clock.advance(callTimeoutMs);
    await first;
    await takenBy('w2');
    const before = await stored();
    expect(await outcomeOf(held.checkpoint(at('110')))).toMatchObject(lost('taken'));
    expect(await stored()).toEqual(before);
  });
});

describe('HeldLease, when a write takes effect after it was given up', () => {
  it('never has it overwrite a later one (N5)', async () => {
    const { held, line, clock, stored } = await heldLease();
    line.script('checkpoint', carriedOutLate(clock, 5_000));
    const outcomes = [outcomeOf(held.checkpoint(at('110'))), outcomeOf(held.checkpoint(at('120')))];
    await clock.advance(5_000);
    expect(await Promise.all(outcomes)).toMatchObject([{ name: 'TimeoutError' }, 'done']);
    expect((await stored()).checkpoint).toEqual(at('120'));
    await held.checkpoint(at('130'));
    expect(await stored()).toMatchObject({ checkpoint: at('130'), leaseCounter: 3 });
  });

  it('is not confused by an answer to a write that was given up', async () => {
    const { held, line, clock } = await heldLease();
    line.script('renew', answeredLate(clock, 4_000));
    const outcomes = [outcomeOf(held.renew(1)), outcomeOf(held.renew(2))];
    await clock.advance(4_000);
    await Promise.all(outcomes);
    expect(held.lease).toMatchObject({ leaseCounter: 3, throughputKBps: 2 });
  });
});

describe('HeldLease, its fence (N2, C2)', () => {
  it('is lost exactly when its time is over since the take was sent', async () => {
    const { held, clock, fired } = await heldLease();
    await clock.advance(fenceAfterMs - 1);
    expect([held.lost, fired]).toEqual([undefined, []]);
    await clock.advance(1);
    expect([held.lost, fired]).toEqual(['fenced', ['lost: fenced']]);
    expect(held.signal.reason).toMatchObject(lost('fenced'));
  });

  it('counts from when the last answered write was sent, not from its answer', async () => {
    const { held, line, clock, fired } = await heldLease();
    await clock.advance(4_000);
    line.script('renew', answeredLate(clock, 2_500));
    const renewed = outcomeOf(held.renew(1));
    await clock.advance(fenceAfterMs - 1);
    expect([await renewed, held.lost]).toEqual(['done', undefined]);
    await clock.advance(1);
    expect(fired).toEqual(['lost: fenced']);
  });

  it('counts from the try that was answered where a write had to be tried again', async () => {
    const { held, line, clock, fired } = await heldLease();
    line.script('renew', unanswered, answeredLate(clock, 1_000));
    const outcomes = [outcomeOf(held.renew(1)), outcomeOf(held.renew(2))];
    await clock.advance(callTimeoutMs + 1_000);
    expect(await Promise.all(outcomes)).toMatchObject([{ name: 'TimeoutError' }, 'done']);
    await clock.advance(fenceAfterMs - 1);
    expect(fired).toEqual([]);
    await clock.advance(1);
    expect(fired).toEqual(['lost: fenced']);
  });

  it.each([
    ['is throttled', throttled],
    ['gets lost', swallowed],
    ['is not answered', unanswered],
  ])('is not put off by a renewal that %s', async (_, fate) => {
    const { held, line, clock, fired } = await heldLease();
    line.otherwise = fate;
    const outcomes: Promise<unknown>[] = [];
    for (let second = 1; second < 9; second += 1) {
      await clock.advance(1_000);
      outcomes.push(outcomeOf(held.renew(1)));
    }
    expect(held.lost).toBeUndefined();
    await clock.advance(1_000);
    expect(fired).toEqual(['lost: fenced']);
    await clock.advance(60_000);
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toBeInstanceOf(Error);
  });

  it('goes by the wall clock where that says more: a machine was suspended', async () => {
    const { held, clock, fired, line } = await heldLease();
    await clock.advance(1_000);
    clock.setNow(clock.now() + fenceAfterMs - 1_001);
    expect(held.lost).toBeUndefined();
    clock.setNow(clock.now() + 1);
    expect(held.lost).toBe('fenced');
    expect(fired).toEqual(['lost: fenced']);
    expect(await outcomeOf(held.checkpoint(at('110')))).toMatchObject(lost('fenced'));
    expect(line.calls).toEqual([]);
  });

  it('goes by the monotonic clock where the wall clock was set back', async () => {
    const { clock, fired } = await heldLease();
    clock.setNow(clock.now() - 3_600_000);
    await clock.advance(fenceAfterMs - 1);
    expect(fired).toEqual([]);
    await clock.advance(1);
    expect(fired).toEqual(['lost: fenced']);
  });

  it('is renewed over a wall clock that was set back, and fenced in time after it', async () => {
    const { held, clock, fired } = await heldLease();
    clock.setNow(clock.now() - 3_600_000);
    await clock.advance(5_000);
    await held.renew(1);
    await clock.advance(fenceAfterMs - 1);
    expect(fired).toEqual([]);
    await clock.advance(1);
    expect(fired).toEqual(['lost: fenced']);
  });

  it('has an answer that comes after it count for nothing', async () => {
    const { held, line, clock, fired } = await heldLease();
    await clock.advance(fenceAfterMs - 1_000);
    line.script('checkpoint', answeredLate(clock, 2_000));
    const outcome = outcomeOf(held.checkpoint(at('110')));
    await clock.advance(2_000);
    expect(await outcome).toMatchObject(lost('fenced'));
    await clock.advance(60_000);
    expect([held.lost, fired]).toEqual(['fenced', ['lost: fenced']]);
  });

  it('has nothing tried again that is refused after it', async () => {
    const { held, line, clock, memory, stored } = await heldLease();
    line.script('renew', broken);
    await outcomeOf(held.renew(1));
    await clock.advance(fenceAfterMs - 1_000);
    line.script('checkpoint', answeredLate(clock, 2_000));
    const outcome = outcomeOf(held.checkpoint(at('110')));
    await clock.advance(1_500);
    expect(held.lost).toBe('fenced');
    await clock.advance(500);
    expect(await outcome).toMatchObject(lost('fenced'));
    expect((await stored()).checkpoint).toEqual(at('100'));
    expect((await memory.list()).map(({ leaseCounter }) => leaseCounter)).toEqual([2]);
  });

  it('has a checkpoint refused that was sent before it, once the same worker has the lease anew', async () => {
    const { held, line, clock, takenBy, stored } = await heldLease();
    await clock.advance(fenceAfterMs - 1_000);
    line.script('checkpoint', carriedOutLate(clock, 2_000));
    const outcome = outcomeOf(held.checkpoint(at('110')));
    await clock.advance(1_000);
    await takenBy('w1');
    await clock.advance(2_000);
    expect(await outcome).toMatchObject(lost('fenced'));
    expect(await stored()).toMatchObject({ checkpoint: at('100'), leaseCounter: 2 });
  });

  it('leaves no timer once the lease is given up', async () => {
    const { held, clock } = await heldLease();
    await held.renew(1);
    expect(clock.pending).toBe(1);
    await held.release('stop');
    expect(clock.pending).toBe(0);
  });
});

describe('HeldLease, when a hand-off begins while a write is under way', () => {
  it('is not lost where a listing tells of it before the refusal does', async () => {
    const { held, line, clock, fired, stored, askedForBy } = await heldLease();
    await askedForBy('w2');
    line.script('renew', answeredLate(clock, 1_000));
    const renewed = outcomeOf(held.renew(1));
    await clock.advance(500);
    held.observe(await stored());
    await clock.advance(500);
    expect(await renewed).toBe('done');
    expect([held.lost, fired]).toEqual([undefined, ['hand-off asked']]);
    expect(await stored()).toMatchObject({ leaseOwner: 'w2', checkpointOwner: 'w1', leaseCounter: 2 });
  });

  it('is noticed by the answer of a checkpoint that passed all the same', async () => {
    const { held, line, clock, fired, askedForBy } = await heldLease();
    line.script('checkpoint', carriedOutLate(clock, 1_000));
    const checkpointed = outcomeOf(held.checkpoint(at('110')));
    await askedForBy('w2');
    await clock.advance(1_000);
    expect([await checkpointed, fired]).toEqual(['done', ['hand-off asked']]);
    await held.release('hand-off');
    expect(held.lease).toMatchObject({ leaseOwner: 'w2', checkpointOwner: undefined });
  });
});
