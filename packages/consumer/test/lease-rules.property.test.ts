import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCheckpoints, isInitial } from '../src/checkpoint.js';
import { effectiveOwner, type Lease } from '../src/lease.js';
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

const newLease = {
  leaseKey: 'shardId-000000000000',
  checkpoint: { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 },
  parentShardIds: [],
  hashKeyRange: { startingHashKey: '0', endingHashKey: '99' },
};

const kinds = [
  'take',
  'renew',
  'checkpoint',
  'prepare',
  'handOff',
  'assign',
  'release',
  'describe',
  'delete',
] as const;

const step = fc.record({
  kind: fc.constantFrom(...kinds),
  worker: fc.nat(2),
  /** To whom: a worker that nobody has heard of, too. */
  to: fc.constantFrom('0', '1', '2', 'unknown'),
  looksFirst: fc.boolean(),
  records: fc.integer({ min: 1, max: 9 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One lease and three workers, each with its own, perhaps outdated, idea of it. */
class Play {
  stored: Lease | undefined;
  readonly #known = new Map<number, Lease>();

  run(next: Step): void {
    if (!this.stored) {
      const outcome = created(undefined, newLease);
      this.stored = outcome.lease;
      return;
    }
    if (next.looksFirst) this.#known.set(next.worker, this.stored);
    const known = this.#known.get(next.worker);
    if (!known) return;
    if (next.kind === 'delete') {
      if (deletion(this.stored, known) === 'deleted') {
        expect(known.leaseCounter).toBe(this.stored.leaseCounter);
        expect(known.leaseOwner).toBe(this.stored.leaseOwner);
        this.stored = undefined;
        this.#known.clear();
      }
      return;
    }
    const outcome = write(this.stored, known, next);
    this.#check(this.stored, known, next, outcome);
    if (!outcome.written) return;
    this.stored = outcome.lease;
    this.#known.set(next.worker, outcome.lease);
  }

  #check(before: Lease, known: Lease, { kind }: Step, outcome: LeaseWrite): void {
    if (!outcome.written) {
      expect(outcome.lease).toBe(before);
      return;
    }
    const silent = kind === 'handOff' || kind === 'describe';
    expect(outcome.lease.leaseCounter).toBe(before.leaseCounter + (silent ? 0 : 1));
    // What fences: no write under a counter that was left passes, except those that leave it.
    if (!silent) expect(known.leaseCounter).toBe(before.leaseCounter);
    // C5: callers checkpoint forward from what they know, and the counter says that they know it.
    expect(compareCheckpoints(outcome.lease.checkpoint, before.checkpoint)).toBeGreaterThanOrEqual(0);
    if (!isInitial(before.checkpoint)) expect(isInitial(outcome.lease.checkpoint)).toBe(false);
    // Who may process changes only where the counter does: the old owner's next checkpoint fails.
    if (silent) expect(effectiveOwner(outcome.lease)).toBe(effectiveOwner(before));
  }
}

/** The place `records` records behind what the caller knows to be done. */
function further(known: Lease, records: number) {
  const from = isInitial(known.checkpoint) ? 0n : BigInt(known.checkpoint.sequenceNumber);
  return { sequenceNumber: (from + BigInt(records)).toString(), subSequenceNumber: 0 };
}

function write(current: Lease, known: Lease, { kind, to, records }: Step): LeaseWrite {
  if (kind === 'take') return taken(current, known, to);
  if (kind === 'renew') return renewed(current, known, records);
  if (kind === 'checkpoint') return checkpointed(current, known, further(known, records));
  if (kind === 'prepare') return checkpointPrepared(current, known, further(known, records));
  if (kind === 'handOff') return handoffStarted(current, known, to);
  if (kind === 'assign') return assigned(current, known, to);
  if (kind === 'release') return released(current, known);
  return described(current, { childShardIds: [`${records}`] });
}

it('counters never fall, checkpoints never go back, refusals change nothing', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const play = new Play();
      for (const next of steps) play.run(next);
    }),
    { numRuns: 300 },
  );
});
