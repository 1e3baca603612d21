import { describe, expect, test } from 'vitest';
import * as rules from '../../../consumer/src/lease-rules.js';
import { owningCases } from '../../src/lease-store/owning-cases.js';
import {
  type Breaks,
  blindTo,
  broken,
  edit,
  failedCases,
  resurrecting,
  trusting,
  unraised,
} from '../support/breakable-lease-store.js';

const { taken, assigned, released, handoffStarted } = rules;

type Mutant = readonly [what: string, caughtBy: RegExp, rules: NonNullable<Breaks['rules']>];

const mutants: readonly Mutant[] = [
  ['take leaves the counter', /^17: take: a free/, { taken: (...all) => unraised(taken(...all)) }],
  [
    'take keeps checkpointOwner',
    /^18: take: the next owner/,
    { taken: (c, k, w) => edit(taken(c, k, w), () => ({ checkpointOwner: c?.checkpointOwner })) },
  ],
  [
    'take counts no switch',
    /^17: take: another's/,
    { taken: (c, k, w) => edit(taken(c, k, w), () => ({ ownerSwitchesSinceCheckpoint: 0 })) },
  ],
  [
    'take counts its own lease as a switch',
    /^17: take: its own/,
    {
      taken: (c, k, w) =>
        edit(taken(c, k, w), (next) => ({
          ownerSwitchesSinceCheckpoint: next.ownerSwitchesSinceCheckpoint + (c?.leaseOwner === w ? 1 : 0),
        })),
    },
  ],
  [
    'take ignores the counter',
    /^take: is refused under an outdated/,
    { taken: blindTo(taken, 'leaseCounter') },
  ],
  [
    'take passes under a counter from the future',
    /^take: is refused under a counter above/,
    {
      taken: (c, k, w) =>
        (c?.leaseCounter ?? 0) < k.leaseCounter ? blindTo(taken, 'leaseCounter')(c, k, w) : taken(c, k, w),
    },
  ],
  ['take ignores leaseOwner', /^take: refused where.*another's/, { taken: blindTo(taken, 'leaseOwner') }],
  [
    'take ignores checkpointOwner',
    /^take: refused where.*not in a hand-off/,
    { taken: blindTo(taken, 'checkpointOwner') },
  ],
  ['take resurrects', /^take: refused after a delete/, { taken: resurrecting(taken) }],
  ['take writes what its caller believes', /^take: every other/, { taken: trusting(taken) }],
  ['assign leaves the counter', /^21: assign/, { assigned: (...all) => unraised(assigned(...all)) }],
  [
    'assign keeps checkpointOwner',
    /^21: assign/,
    { assigned: (c, k, w) => edit(assigned(c, k, w), () => ({ checkpointOwner: c?.checkpointOwner })) },
  ],
  [
    'assign counts the end of a hand-off as a switch',
    /^21: assign/,
    {
      assigned: (c, k, w) =>
        edit(assigned(c, k, w), (next) => ({
          ownerSwitchesSinceCheckpoint: next.ownerSwitchesSinceCheckpoint + 1,
        })),
    },
  ],
  [
    'assign ignores leaseOwner',
    /^19: assign: refused where.*another's/,
    { assigned: blindTo(assigned, 'leaseOwner') },
  ],
  [
    'assign ignores checkpointOwner',
    /^19: assign.*not in a hand-off/,
    { assigned: blindTo(assigned, 'checkpointOwner') },
  ],
  [
    'assign ignores the counter',
    /^assign: is refused under an outdated/,
    { assigned: blindTo(assigned, 'leaseCounter') },
  ],
  [
    'assign passes under a counter from the future',
    /^assign: is refused under a counter above/,
    {
      assigned: (c, k, w) =>
        (c?.leaseCounter ?? 0) < k.leaseCounter
          ? blindTo(assigned, 'leaseCounter')(c, k, w)
          : assigned(c, k, w),
    },
  ],
  ['assign resurrects', /^19: assign: refused after a delete/, { assigned: resurrecting(assigned) }],
  ['assign writes what its caller believes', /^assign: every other/, { assigned: trusting(assigned) }],
  [
    'release leaves the counter',
    /^22: release: without/,
    { released: (...all) => unraised(released(...all)) },
  ],
  [
    'release keeps the owner',
    /^22: release: without/,
    { released: (c, k) => edit(released(c, k), () => ({ leaseOwner: c?.leaseOwner })) },
  ],
  [
    'release drops the next owner too',
    /^22: release: during/,
    { released: (c, k) => edit(released(c, k), () => ({ leaseOwner: undefined })) },
  ],
  [
    'release gives the lease back to who hands it off',
    /^22: release: during/,
    { released: (c, k) => edit(released(c, k), () => ({ leaseOwner: c?.checkpointOwner })) },
  ],
  [
    'release ignores leaseOwner',
    /^release: refused where.*another's/,
    { released: blindTo(released, 'leaseOwner') },
  ],
  [
    'release ignores checkpointOwner',
    /^release: refused where.*not in/,
    { released: blindTo(released, 'checkpointOwner') },
  ],
  [
    'release ignores the counter',
    /^release: is refused under an outdated/,
    { released: blindTo(released, 'leaseCounter') },
  ],
  [
    'release frees what the same worker has again',
    /^release: one that comes late/,
    {
      released: (c, k) =>
        c && c.leaseCounter > k.leaseCounter + 1 ? blindTo(released, 'leaseCounter')(c, k) : released(c, k),
    },
  ],
  ['release resurrects', /^release: refused after a delete/, { released: resurrecting(released) }],
  [
    'startHandoff raises the counter',
    /^20: startHandoff: the owner/,
    {
      handoffStarted: (c, k, w) =>
        edit(handoffStarted(c, k, w), (next) => ({ leaseCounter: next.leaseCounter + 1 })),
    },
  ],
  [
    'startHandoff forgets who hands off',
    /^20: startHandoff: the owner/,
    { handoffStarted: (c, k, w) => edit(handoffStarted(c, k, w), () => ({ checkpointOwner: undefined })) },
  ],
  [
    'startHandoff gives a free lease away',
    /^20: startHandoff: refused where nobody/,
    {
      handoffStarted: (c, k, w) =>
        c && c.leaseOwner === undefined && k.leaseOwner === undefined
          ? { written: true, lease: { ...c, leaseOwner: w } }
          : handoffStarted(c, k, w),
    },
  ],
  [
    'startHandoff overrides a hand-off',
    /^20: startHandoff: refused while/,
    { handoffStarted: (c, k, w) => handoffStarted(c && { ...c, checkpointOwner: undefined }, k, w) },
  ],
  [
    'startHandoff ignores the owner',
    /^startHandoff: refused where another/,
    { handoffStarted: blindTo(handoffStarted, 'leaseOwner') },
  ],
  [
    'startHandoff asks for the counter',
    /^startHandoff: passes under an outdated/,
    {
      handoffStarted: (c, k, w) =>
        c && c.leaseCounter !== k.leaseCounter ? { written: false, lease: c } : handoffStarted(c, k, w),
    },
  ],
  [
    'startHandoff resurrects',
    /^20: startHandoff: refused after/,
    { handoffStarted: resurrecting(handoffStarted) },
  ],
];

describe('owningCases', () => {
  test('pass with the right rules', async () => {
    expect(await failedCases(owningCases, broken())).toEqual([]);
  });

  test.each(mutants)('fail: %s', async (_, caughtBy, wrong) => {
    const failed = await failedCases(owningCases, broken({ rules: wrong }));
    expect(failed).toContainEqual(expect.stringMatching(caughtBy));
  });

  test('fail: a refusal is answered with what the caller believes', async () => {
    const failed = await failedCases(
      owningCases,
      broken({ answer: (outcome, known) => (outcome.written ? outcome : { written: false, lease: known }) }),
    );
    expect(failed).toContainEqual(expect.stringMatching(/^take: is refused under an outdated/));
  });

  test('fail: a refusal is answered without the lease', async () => {
    const failed = await failedCases(
      owningCases,
      broken({ answer: (outcome) => (outcome.written ? outcome : { written: false, lease: undefined }) }),
    );
    expect(failed).toContainEqual(expect.stringMatching(/^19: assign: refused where/));
  });

  test('fail: a refused write writes all the same', async () => {
    const failed = await failedCases(
      owningCases,
      broken({
        methods: (store) => ({
          startHandoff: async (known, workerId) => {
            const lease = store.leases.get(known.leaseKey);
            const outcome = handoffStarted(lease, known, workerId);
            if (lease) store.leases.set(lease.leaseKey, { ...lease, leaseOwner: workerId });
            return outcome;
          },
        }),
      }),
    );
    expect(failed).toContainEqual(expect.stringMatching(/^20: startHandoff: refused/));
  });
});
