import assert from 'node:assert/strict';
import type { Lease, LeaseStore, LeaseWrite } from '@shardline/consumer';
import {
  assertRefuses,
  assertWrites,
  free,
  handingOff,
  madeUp,
  owned,
  passed,
  place,
  rich,
  states,
} from './lease-steps.js';
import type { LeaseStoreCase } from './lease-store-case.js';

type Write = (store: LeaseStore, known: Lease) => Promise<LeaseWrite>;
type State = (store: LeaseStore) => Promise<Lease>;

const take: Write = (store, known) => store.take(known, 'c');
const assign: Write = (store, known) => store.assign(known, 'c');
const release: Write = (store, known) => store.release(known);
const startHandoff: Write = (store, known) => store.startHandoff(known, 'c');

/** What a caller may have got wrong about the owners of a lease. */
const wrongOwners: readonly (readonly [what: string, state: State, error: Partial<Lease>])[] = [
  ['had an owner', free, { leaseOwner: 'a' }],
  ['was in a hand-off', free, { checkpointOwner: 'a' }],
  ['was free', owned, { leaseOwner: undefined }],
  ["was another's", owned, { leaseOwner: 'x' }],
  ['was in a hand-off', owned, { checkpointOwner: 'a' }],
  ['was not in a hand-off', handingOff, { checkpointOwner: undefined }],
  ["was in another's hand-off", handingOff, { checkpointOwner: 'x' }],
  ['was in a hand-off to another', handingOff, { leaseOwner: 'x' }],
  ['was in a hand-off to nobody', handingOff, { leaseOwner: undefined }],
];

function refusedWithWrongOwners(name: string, write: Write): LeaseStoreCase[] {
  return wrongOwners.map(([what, state, error], row) => ({
    title: `${name}: refused where the caller believes that the lease ${what} (${row + 1})`,
    run: async ({ store }) => {
      const known = { ...(await state(store)), ...error };
      await assertRefuses(store, () => write(store, known));
    },
  }));
}

function refusedWhenDeleted(title: string, write: Write): LeaseStoreCase {
  return {
    title,
    run: async ({ store }) => {
      for (const state of Object.values(states)) {
        const known = await state(store);
        await store.delete(known);
        await assertRefuses(store, () => write(store, known));
      }
    },
  };
}

/** Owner, hand-off, counter and switches after a write that passes, on a lease whose switches were 0. */
function becomes(
  title: string,
  state: State,
  write: (store: LeaseStore, known: Lease) => Promise<LeaseWrite>,
  next: { readonly leaseOwner: string | undefined; readonly switches: number },
): LeaseStoreCase {
  return {
    title,
    run: async ({ store }) => {
      const lease = await state(store);
      await assertWrites(store, () => write(store, lease), {
        ...lease,
        leaseOwner: next.leaseOwner,
        checkpointOwner: undefined,
        leaseCounter: lease.leaseCounter + 1,
        ownerSwitchesSinceCheckpoint: next.switches,
      });
    },
  };
}

const takeBy =
  (workerId: string): Write =>
  (store, known) =>
    store.take(known, workerId);
const assignTo =
  (workerId: string): Write =>
  (store, known) =>
    store.assign(known, workerId);

const takeCases: readonly LeaseStoreCase[] = [
  becomes('17: take: a free lease: the counter rises, no switch', free, takeBy('a'), {
    leaseOwner: 'a',
    switches: 0,
  }),
  becomes("17: take: another's lease: counter and switches rise", owned, takeBy('c'), {
    leaseOwner: 'c',
    switches: 1,
  }),
  becomes('17: take: its own expired lease: the counter rises, no switch', owned, takeBy('a'), {
    leaseOwner: 'a',
    switches: 0,
  }),
  becomes(
    '18: take: the next owner ends a hand-off: checkpointOwner goes, no switch',
    handingOff,
    takeBy('b'),
    {
      leaseOwner: 'b',
      switches: 0,
    },
  ),
  becomes('18: take: the old owner takes back: checkpointOwner goes, one switch', handingOff, takeBy('a'), {
    leaseOwner: 'a',
    switches: 1,
  }),
  becomes(
    '18: take: a third takes out of a hand-off: checkpointOwner goes, one switch',
    handingOff,
    takeBy('c'),
    {
      leaseOwner: 'c',
      switches: 1,
    },
  ),
  ...refusedWithWrongOwners('take', take),
  refusedWhenDeleted('take: refused after a delete, and the lease stays deleted', take),
];

const assignCases: readonly LeaseStoreCase[] = [
  becomes(
    '21: assign: the old owner ends a hand-off: checkpointOwner goes, the counter rises, no switch',
    handingOff,
    assignTo('b'),
    {
      leaseOwner: 'b',
      switches: 0,
    },
  ),
  becomes('assign: a hand-off is cancelled: back to the old owner, one switch', handingOff, assignTo('a'), {
    leaseOwner: 'a',
    switches: 1,
  }),
  becomes('assign: out of a hand-off to a third: one switch', handingOff, assignTo('c'), {
    leaseOwner: 'c',
    switches: 1,
  }),
  becomes('assign: a free lease: no switch', free, assignTo('c'), { leaseOwner: 'c', switches: 0 }),
  becomes("assign: another's lease: one switch", owned, assignTo('c'), { leaseOwner: 'c', switches: 1 }),
  becomes('assign: to who has it: the counter rises, no switch', owned, assignTo('a'), {
    leaseOwner: 'a',
    switches: 0,
  }),
  ...refusedWithWrongOwners('19: assign', assign),
  refusedWhenDeleted('19: assign: refused after a delete, and the lease stays deleted', assign),
];

const releaseCases: readonly LeaseStoreCase[] = [
  becomes('22: release: without a hand-off: nobody has it, the counter rises', owned, release, {
    leaseOwner: undefined,
    switches: 0,
  }),
  becomes('22: release: during a hand-off: the next owner has it, the counter rises', handingOff, release, {
    leaseOwner: 'b',
    switches: 0,
  }),
  becomes('release: a free lease: it stays free, the counter rises', free, release, {
    leaseOwner: undefined,
    switches: 0,
  }),
  ...refusedWithWrongOwners('release', release),
  refusedWhenDeleted('release: refused after a delete, and the lease stays deleted', release),
];

const handoffCases: readonly LeaseStoreCase[] = [
  {
    title: '20: startHandoff: the owner becomes checkpointOwner, the counter stays',
    run: async ({ store }) => {
      const lease = await owned(store);
      const expected = { ...lease, leaseOwner: 'c', checkpointOwner: 'a' };
      await assertWrites(store, () => startHandoff(store, lease), expected);
    },
  },
  {
    title: '20: startHandoff: refused where nobody has the lease',
    run: async ({ store }) => {
      const lease = await free(store);
      await assertRefuses(store, () => startHandoff(store, lease));
      await assertRefuses(store, () => startHandoff(store, { ...lease, leaseOwner: 'a' }));
    },
  },
  {
    title: '20: startHandoff: refused while a hand-off is under way, known or not',
    run: async ({ store }) => {
      const lease = await handingOff(store);
      await assertRefuses(store, () => startHandoff(store, lease));
      await assertRefuses(store, () => startHandoff(store, { ...lease, checkpointOwner: undefined }));
    },
  },
  {
    title: 'startHandoff: refused where another has the lease',
    run: async ({ store }) => {
      const lease = await owned(store);
      await assertRefuses(store, () => startHandoff(store, { ...lease, leaseOwner: 'x' }));
      await assertRefuses(store, () => startHandoff(store, { ...lease, leaseOwner: undefined }));
    },
  },
  refusedWhenDeleted('20: startHandoff: refused after a delete, and the lease stays deleted', startHandoff),
];

/** A write and what it makes of owners, counter and switches of a lease of `a`'s with two switches. */
const named: readonly (readonly [name: string, write: Write, change: Partial<Lease>, raises: 0 | 1])[] = [
  ['take', take, { leaseOwner: 'c', ownerSwitchesSinceCheckpoint: 3 }, 1],
  ['assign', assign, { leaseOwner: 'c', ownerSwitchesSinceCheckpoint: 3 }, 1],
  ['release', release, { leaseOwner: undefined }, 1],
  ['startHandoff', startHandoff, { leaseOwner: 'c', checkpointOwner: 'a' }, 0],
];

/** {@link named} without the one whose condition is not the counter. */
const byCounter: typeof named = named.filter(([name]) => name !== 'startHandoff');

const counterCases: readonly LeaseStoreCase[] = [
  ...byCounter.flatMap(([name, write]): LeaseStoreCase[] => [
    {
      title: `${name}: is refused under an outdated counter`,
      run: async ({ store }) => {
        const known = await rich(store);
        await store.renew(known);
        await assertRefuses(store, () => write(store, known));
      },
    },
    {
      title: `${name}: is refused under a counter above the stored one`,
      run: async ({ store }) => {
        const lease = await owned(store);
        await assertRefuses(store, () => write(store, { ...lease, leaseCounter: lease.leaseCounter + 1 }));
      },
    },
    {
      title: `${name}: one that comes late is refused, though the same worker has the lease again`,
      run: async ({ store }) => {
        const known = await owned(store);
        await store.take(passed(await store.release(known)), 'a');
        await assertRefuses(store, () => write(store, known));
      },
    },
  ]),
  {
    title: 'startHandoff: passes under an outdated counter',
    run: async ({ store }) => {
      const known = await rich(store);
      const lease = passed(await store.renew(known));
      const next = { ...lease, leaseOwner: 'c', checkpointOwner: 'a' };
      await assertWrites(store, () => startHandoff(store, known), next);
    },
  },
];

/** Who gets a lease, and from whom. */
export const owningCases: readonly LeaseStoreCase[] = [
  ...takeCases,
  ...assignCases,
  ...releaseCases,
  ...handoffCases,
  ...named.map(
    ([name, write, change, raises]): LeaseStoreCase => ({
      title: `${name}: every other attribute stays, whatever the caller believes`,
      run: async ({ store }) => {
        const lease = await rich(store);
        const leaseCounter = lease.leaseCounter + raises;
        await assertWrites(store, () => write(store, madeUp(lease)), { ...lease, ...change, leaseCounter });
      },
    }),
  ),
  ...counterCases,
  {
    title: 'switches: add up from owner to owner until the next checkpoint',
    run: async ({ store }) => {
      const switches: number[] = [];
      const note = (outcome: LeaseWrite) => {
        switches.push(passed(outcome).ownerSwitchesSinceCheckpoint);
        return passed(outcome);
      };
      let lease = note(await store.take(await free(store), 'a'));
      lease = note(await store.take(lease, 'b'));
      lease = note(await store.startHandoff(lease, 'c'));
      lease = note(await store.assign(lease, 'c'));
      lease = note(await store.startHandoff(lease, 'a'));
      lease = note(await store.take(lease, 'c'));
      lease = note(await store.release(lease));
      lease = note(await store.take(lease, 'd'));
      lease = note(await store.renew(lease));
      lease = note(await store.prepareCheckpoint(lease, place));
      lease = note(await store.assign(lease, 'a'));
      note(await store.checkpoint(lease, place));
      assert.deepEqual(switches, [0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 0]);
    },
  },
];
