import { describe, expect, it } from 'vitest';
import { shardEnd } from '../src/checkpoint.js';
import type { Lease, NewLease } from '../src/lease.js';
import {
  assigned,
  checkpointed,
  checkpointPrepared,
  created,
  deletion,
  described,
  handoffStarted,
  released,
  renewed,
  taken,
} from '../src/lease-rules.js';
import type { LeaseWrite } from '../src/lease-store.js';

const newLease: NewLease = {
  leaseKey: 'shardId-000000000002',
  checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
  parentShardIds: ['shardId-000000000000'],
  hashKeyRange: { startingHashKey: '0', endingHashKey: '99' },
};

const place = { sequenceNumber: '4900', subSequenceNumber: 3 };

/** Owned by `a` unless something else is said. */
function lease(facts: Partial<Lease> = {}): Lease {
  return {
    ...newLease,
    leaseOwner: 'a',
    checkpointOwner: undefined,
    leaseCounter: 7,
    ownerSwitchesSinceCheckpoint: 2,
    pendingCheckpoint: { ...place, state: Uint8Array.of(1) },
    childShardIds: [],
    throughputKBps: 1.5,
    ...facts,
  };
}

const handingOff = lease({ leaseOwner: 'b', checkpointOwner: 'a' });

/** The lease after a write that must have passed. */
function after(outcome: LeaseWrite): Lease {
  if (!outcome.written) throw new Error('The write was refused.');
  return outcome.lease;
}

type Rule = (current: Lease | undefined, known: Lease) => LeaseWrite;

const rules: Readonly<Record<string, Rule>> = {
  taken: (current, known) => taken(current, known, 'c'),
  renewed: (current, known) => renewed(current, known, undefined),
  checkpointed: (current, known) => checkpointed(current, known, place),
  checkpointPrepared: (current, known) => checkpointPrepared(current, known, place),
  handoffStarted: (current, known) => handoffStarted(current, known, 'c'),
  assigned: (current, known) => assigned(current, known, 'c'),
  released,
  described: (current) => described(current, { childShardIds: ['x'] }),
};

const named = (...names: string[]) => names.map((name) => [name, rules[name] as Rule] as const);

describe('refusals', () => {
  it.each(Object.entries(rules))('%s: no lease, nothing to write', (_, rule) => {
    expect(rule(undefined, lease())).toEqual({ written: false, lease: undefined });
  });

  it.each(named('taken', 'assigned', 'released', 'renewed', 'checkpointed', 'checkpointPrepared'))(
    '%s: another counter',
    (_, rule) => {
      for (const leaseCounter of [6, 8]) {
        const current = lease({ leaseCounter });
        expect(rule(current, lease())).toEqual({ written: false, lease: current });
      }
    },
  );

  it.each(named('taken', 'assigned', 'released', 'handoffStarted'))('%s: another owner', (_, rule) => {
    for (const leaseOwner of ['b', undefined]) {
      const current = lease({ leaseOwner });
      expect(rule(current, lease())).toEqual({ written: false, lease: current });
    }
  });

  it.each(named('taken', 'assigned', 'released', 'handoffStarted', 'renewed'))(
    '%s: a hand-off that the caller does not know of',
    (_, rule) => {
      expect(rule(handingOff, lease())).toEqual({ written: false, lease: handingOff });
      expect(rule(handingOff, lease({ leaseOwner: 'b' }))).toEqual({ written: false, lease: handingOff });
    },
  );

  it('released: one that comes late, when the same worker has the lease again', () => {
    const known = lease();
    const freed = after(released(known, known));
    const again = after(taken(freed, freed, 'a'));
    expect(released(again, known)).toEqual({ written: false, lease: again });
    expect(assigned(again, known, 'b')).toEqual({ written: false, lease: again });
  });

  it('created: there is a lease', () => {
    expect(created(lease(), newLease)).toEqual({ written: false, lease: lease() });
  });

  it('handoffStarted: nobody has it, even for who knows', () => {
    const free = lease({ leaseOwner: undefined });
    expect(handoffStarted(free, free, 'c')).toEqual({ written: false, lease: free });
  });

  it('handoffStarted: one is under way, even for who knows', () => {
    expect(handoffStarted(handingOff, handingOff, 'c')).toEqual({ written: false, lease: handingOff });
  });
});

describe('writes', () => {
  it('created: free, all counts at 0', () => {
    expect(after(created(undefined, { ...newLease, startAtMs: 5 }))).toEqual({
      ...lease({ leaseOwner: undefined, leaseCounter: 0, ownerSwitchesSinceCheckpoint: 0 }),
      pendingCheckpoint: undefined,
      throughputKBps: undefined,
      startAtMs: 5,
    });
  });

  it.each([
    ['from another', lease(), 'c', 3],
    ['its own, which is no switch', lease(), 'a', 2],
    ['from nobody, which is no switch', lease({ leaseOwner: undefined }), 'c', 2],
    ['what it was handing off', handingOff, 'a', 3],
    ['by a third, out of a hand-off', handingOff, 'c', 3],
    ['by the next owner, as the last one is dead', handingOff, 'b', 2],
  ])('taken: %s', (_, current, workerId, switches) => {
    expect(after(taken(current, current, workerId))).toEqual({
      ...current,
      leaseOwner: workerId,
      checkpointOwner: undefined,
      leaseCounter: 8,
      ownerSwitchesSinceCheckpoint: switches,
    });
  });

  it.each([
    ['from another', lease(), 'c', 3],
    ['from nobody, which is no switch', lease({ leaseOwner: undefined }), 'c', 2],
    ['at the end of a hand-off, which is no switch', handingOff, 'b', 2],
    ['back to who was handing it off', handingOff, 'a', 3],
    ['to a third, out of a hand-off', handingOff, 'c', 3],
    ['to its owner, with an owner of checkpoints of the same name', lease({ checkpointOwner: 'a' }), 'a', 2],
  ])('assigned: %s', (_, current, workerId, switches) => {
    expect(after(assigned(current, current, workerId))).toEqual({
      ...current,
      leaseOwner: workerId,
      checkpointOwner: undefined,
      leaseCounter: 8,
      ownerSwitchesSinceCheckpoint: switches,
    });
  });

  it.each([
    ['to nobody', lease(), undefined],
    ['to the next owner of a hand-off', handingOff, 'b'],
    ['to nobody where both owners are one', lease({ checkpointOwner: 'a' }), undefined],
    ['again', lease({ leaseOwner: undefined }), undefined],
  ])('released: %s', (_, current, leaseOwner) => {
    expect(after(released(current, current))).toEqual({
      ...current,
      leaseOwner,
      checkpointOwner: undefined,
      leaseCounter: 8,
    });
  });

  it('renewed: the counter, and the throughput where it is given', () => {
    expect(after(renewed(lease(), lease(), undefined))).toEqual(lease({ leaseCounter: 8 }));
    expect(after(renewed(lease(), lease(), 0))).toEqual(lease({ leaseCounter: 8, throughputKBps: 0 }));
    expect(after(renewed(handingOff, handingOff, undefined))).toEqual({ ...handingOff, leaseCounter: 8 });
  });

  it('renewed: who knows of a hand-off need not name it rightly', () => {
    const known = lease({ checkpointOwner: 'x' });
    expect(after(renewed(lease(), known, undefined))).toEqual(lease({ leaseCounter: 8 }));
  });

  it.each([
    ['by its owner', lease()],
    ['during a hand-off', handingOff],
  ])('checkpointed: %s', (_, current) => {
    expect(after(checkpointed(current, current, place))).toEqual({
      ...current,
      checkpoint: place,
      pendingCheckpoint: undefined,
      leaseCounter: 8,
      ownerSwitchesSinceCheckpoint: 0,
    });
  });

  it('checkpointed: what the caller knows of the shard goes along, what it does not know stays', () => {
    const hashKeyRange = { startingHashKey: '1', endingHashKey: '2' };
    const known = lease({ childShardIds: ['x', 'y'], hashKeyRange });
    const ended = after(checkpointed(lease({ hashKeyRange: undefined }), known, shardEnd));
    expect(ended).toMatchObject({ childShardIds: ['x', 'y'], hashKeyRange, checkpoint: shardEnd });
    const kept = after(checkpointed(ended, lease({ leaseCounter: 8, hashKeyRange: undefined }), shardEnd));
    expect(kept).toEqual({ ...ended, leaseCounter: 9 });
  });

  it('checkpointPrepared: the pending checkpoint and nothing else', () => {
    const pending = { sequenceNumber: '5000', subSequenceNumber: 0 };
    expect(after(checkpointPrepared(lease(), lease(), pending))).toEqual(
      lease({ pendingCheckpoint: pending, leaseCounter: 8 }),
    );
  });

  it('handoffStarted: the owner goes on under the same counter', () => {
    expect(after(handoffStarted(lease(), lease({ leaseCounter: 1 }), 'b'))).toEqual(handingOff);
  });

  it('described: what is given, and the counter stays', () => {
    const hashKeyRange = { startingHashKey: '1', endingHashKey: '2' };
    expect(after(described(lease(), { hashKeyRange }))).toEqual(lease({ hashKeyRange }));
    expect(after(described(lease(), { childShardIds: ['x'] }))).toEqual(lease({ childShardIds: ['x'] }));
    expect(after(described(lease(), {}))).toEqual(lease());
  });
});

describe('deletion', () => {
  it.each([
    ['deleted', 'as the caller knows it', lease()],
    ['missing', 'not there', undefined],
    ['changed', 'written meanwhile', lease({ leaseCounter: 8 })],
    ['changed', "another's", lease({ leaseOwner: 'b' })],
    ['changed', 'about to be handed over', lease({ checkpointOwner: 'a' })],
  ])('%s: %s', (answer, _, current) => {
    expect(deletion(current, lease())).toBe(answer);
  });
});
