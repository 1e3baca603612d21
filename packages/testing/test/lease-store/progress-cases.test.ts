import { describe, expect, test } from 'vitest';
import * as rules from '../../../consumer/src/lease-rules.js';
import { progressCases } from '../../src/lease-store/progress-cases.js';
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

const { renewed, checkpointed, checkpointPrepared } = rules;

type Mutant = readonly [what: string, caughtBy: RegExp, rules: NonNullable<Breaks['rules']>];

const mutants: readonly Mutant[] = [
  ['renew ignores the counter', /^14: renew/, { renewed: blindTo(renewed, 'leaseCounter') }],
  [
    'renew passes under a counter from the future',
    /^renew: refused with a counter above/,
    {
      renewed: (c, k, t) =>
        (c?.leaseCounter ?? 0) < k.leaseCounter
          ? blindTo(renewed, 'leaseCounter')(c, k, t)
          : renewed(c, k, t),
    },
  ],
  ['renew resurrects', /^16: renew/, { renewed: resurrecting(renewed) }],
  ['renew leaves the counter', /^renew: raises/, { renewed: (...all) => unraised(renewed(...all)) }],
  [
    'renew raises the counter by 2',
    /^15: renew/,
    { renewed: (...all) => edit(renewed(...all), (next) => ({ leaseCounter: next.leaseCounter + 1 })) },
  ],
  [
    'renew does not tell of a hand-off',
    /^renew: refused during a hand-off/,
    { renewed: blindTo(renewed, 'checkpointOwner') },
  ],
  [
    'renew refuses in a hand-off that its caller knows of',
    /^renew: passes during a hand-off/,
    { renewed: (c, k, t) => (c?.checkpointOwner ? { written: false, lease: c } : renewed(c, k, t)) },
  ],
  [
    'renew loses the throughput',
    /^renew: sets the throughput/,
    { renewed: (c, k) => renewed(c, k, undefined) },
  ],
  [
    'renew takes 0 for no throughput',
    /^renew: sets the throughput/,
    { renewed: (c, k, t) => renewed(c, k, t || undefined) },
  ],
  [
    'renew clears the throughput',
    /^renew: sets the throughput/,
    { renewed: (c, k, t) => edit(renewed(c, k, t), () => ({ throughputKBps: t })) },
  ],
  ['renew writes what its caller believes', /^renew: raises/, { renewed: trusting(renewed) }],
  [
    'renew clears the pending checkpoint',
    /^renew: raises/,
    { renewed: (...all) => edit(renewed(...all), () => ({ pendingCheckpoint: undefined })) },
  ],
  [
    'checkpoint ignores the counter',
    /^checkpoint: refused once another/,
    { checkpointed: blindTo(checkpointed, 'leaseCounter') },
  ],
  [
    'checkpoint resurrects',
    /^checkpoint: refused after a delete/,
    { checkpointed: resurrecting(checkpointed) },
  ],
  [
    'checkpoint leaves the counter',
    /^23: checkpoint/,
    { checkpointed: (...all) => unraised(checkpointed(...all)) },
  ],
  [
    'checkpoint keeps the switches',
    /^23: checkpoint/,
    {
      checkpointed: (c, k, p) =>
        edit(checkpointed(c, k, p), (next) => ({
          ownerSwitchesSinceCheckpoint: c?.ownerSwitchesSinceCheckpoint ?? next.ownerSwitchesSinceCheckpoint,
        })),
    },
  ],
  [
    'checkpoint keeps the pending checkpoint',
    /^23: checkpoint/,
    {
      checkpointed: (c, k, p) =>
        edit(checkpointed(c, k, p), () => ({ pendingCheckpoint: c?.pendingCheckpoint })),
    },
  ],
  ['checkpoint does nothing', /^23: checkpoint/, { checkpointed: (c, k) => renewed(c, k, undefined) }],
  [
    'checkpoint loses the sub-sequence number',
    /^23: checkpoint/,
    { checkpointed: (c, k, p) => checkpointed(c, k, { ...p, subSequenceNumber: 0 }) },
  ],
  [
    'checkpoint keeps numbers as floating-point numbers',
    /^checkpoint: keeps 9/,
    {
      checkpointed: (c, k, p) =>
        checkpointed(c, k, {
          ...p,
          sequenceNumber: /\d/.test(p.sequenceNumber) ? String(Number(p.sequenceNumber)) : p.sequenceNumber,
        }),
    },
  ],
  [
    'checkpoint leaves the children out',
    /^checkpoint: writes childShardIds/,
    { checkpointed: (c, k, p) => checkpointed(c, { ...k, childShardIds: [] }, p) },
  ],
  [
    'checkpoint removes children that its caller does not know',
    /^checkpoint: keeps childShardIds/,
    { checkpointed: (c, k, p) => edit(checkpointed(c, k, p), () => ({ childShardIds: k.childShardIds })) },
  ],
  [
    'checkpoint removes a range that its caller does not know',
    /^checkpoint: keeps childShardIds/,
    { checkpointed: (c, k, p) => edit(checkpointed(c, k, p), () => ({ hashKeyRange: k.hashKeyRange })) },
  ],
  [
    'checkpoint writes what its caller believes',
    /^checkpoint: writes childShardIds/,
    { checkpointed: trusting(checkpointed) },
  ],
  [
    'checkpoint asks for the hand-off',
    /^checkpoint: passes during a hand-off/,
    {
      checkpointed: (c, k, p) =>
        c?.checkpointOwner !== k.checkpointOwner ? { written: false, lease: c } : checkpointed(c, k, p),
    },
  ],
  [
    'prepareCheckpoint loses the state',
    /^prepareCheckpoint: sets/,
    { checkpointPrepared: (c, k, { state: _, ...p }) => checkpointPrepared(c, k, p) },
  ],
  [
    'prepareCheckpoint keeps the last state',
    /^prepareCheckpoint: without a state/,
    { checkpointPrepared: (c, k, p) => checkpointPrepared(c, k, { ...c?.pendingCheckpoint, ...p }) },
  ],
  [
    'prepareCheckpoint sets the checkpoint too',
    /^prepareCheckpoint: sets/,
    {
      checkpointPrepared: (c, k, p) =>
        edit(checkpointPrepared(c, k, p), () => ({
          checkpoint: { sequenceNumber: p.sequenceNumber, subSequenceNumber: p.subSequenceNumber },
        })),
    },
  ],
  [
    'prepareCheckpoint resets the switches',
    /^prepareCheckpoint: sets/,
    {
      checkpointPrepared: (c, k, p) =>
        edit(checkpointPrepared(c, k, p), () => ({ ownerSwitchesSinceCheckpoint: 0 })),
    },
  ],
  [
    'prepareCheckpoint leaves the counter',
    /^prepareCheckpoint: sets/,
    { checkpointPrepared: (...all) => unraised(checkpointPrepared(...all)) },
  ],
  [
    'prepareCheckpoint ignores the counter',
    /^prepareCheckpoint: refused once the old/,
    { checkpointPrepared: blindTo(checkpointPrepared, 'leaseCounter') },
  ],
  [
    'prepareCheckpoint resurrects',
    /^prepareCheckpoint: refused after/,
    { checkpointPrepared: resurrecting(checkpointPrepared) },
  ],
  [
    'prepareCheckpoint writes what its caller believes',
    /^prepareCheckpoint: sets/,
    { checkpointPrepared: trusting(checkpointPrepared) },
  ],
  [
    'take clears the pending checkpoint',
    /^prepareCheckpoint: the next owner/,
    { taken: (...all) => edit(rules.taken(...all), () => ({ pendingCheckpoint: undefined })) },
  ],
];

describe('progressCases', () => {
  test('pass with the right rules', async () => {
    expect(await failedCases(progressCases, broken())).toEqual([]);
  });

  test.each(mutants)('fail: %s', async (_, caughtBy, wrong) => {
    const failed = await failedCases(progressCases, broken({ rules: wrong }));
    expect(failed).toContainEqual(expect.stringMatching(caughtBy));
  });

  test('fail: reads lag behind', async () => {
    const failed = await failedCases(
      progressCases,
      broken({
        methods: (store) => {
          const first = new Map<string, ReturnType<typeof store.leases.get>>();
          return {
            get: async (leaseKey) => {
              if (!first.has(leaseKey)) first.set(leaseKey, store.leases.get(leaseKey));
              return first.get(leaseKey);
            },
          };
        },
      }),
    );
    expect(failed).toContainEqual(expect.stringMatching(/^renew: sets the throughput/));
  });
});
