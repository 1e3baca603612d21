import { describe, expect, test } from 'vitest';
import * as rules from '../../../consumer/src/lease-rules.js';
import { metadataCases } from '../../src/lease-store/metadata-cases.js';
import { type Breaks, broken, edit, failedCases } from '../support/breakable-lease-store.js';

const { described, renewed, taken } = rules;

type Mutant = readonly [what: string, caughtBy: RegExp, rules: NonNullable<Breaks['rules']>];

const mutants: readonly Mutant[] = [
  [
    'the counter rises',
    /^24: updateMetadata: the owner/,
    { described: (c, m) => edit(described(c, m), (next) => ({ leaseCounter: next.leaseCounter + 1 })) },
  ],
  [
    'children are lost',
    /^24: updateMetadata: sets/,
    { described: (c, { childShardIds: _, ...m }) => described(c, m) },
  ],
  [
    'the range is lost',
    /^24: updateMetadata: sets/,
    { described: (c, { hashKeyRange: _, ...m }) => described(c, m) },
  ],
  [
    'children that are not given go',
    /^24: updateMetadata: sets/,
    { described: (c, m) => edit(described(c, m), () => ({ childShardIds: m.childShardIds ?? [] })) },
  ],
  [
    'a range that is not given goes',
    /^updateMetadata: with nothing/,
    { described: (c, m) => edit(described(c, m), () => ({ hashKeyRange: m.hashKeyRange })) },
  ],
  [
    'an empty update is refused',
    /^updateMetadata: with nothing/,
    { described: (c, m) => (Object.keys(m).length === 0 ? { written: false, lease: c } : described(c, m)) },
  ],
  [
    'a hand-off is in the way',
    /^updateMetadata: passes during/,
    { described: (c, m) => (c?.checkpointOwner ? { written: false, lease: c } : described(c, m)) },
  ],
  [
    'a lease is made',
    /^updateMetadata: refused where there is no lease/,
    {
      described: (c, m) =>
        described(
          c ??
            rules.created(undefined, {
              leaseKey: 'shardId-000000000002',
              checkpoint: { sequenceNumber: 'LATEST', subSequenceNumber: 0 },
              parentShardIds: [],
              hashKeyRange: { startingHashKey: '0', endingHashKey: '1' },
            }).lease,
          m,
        ),
    },
  ],
  [
    'startAt goes with the first renewal',
    /^startAt/,
    { renewed: (...all) => edit(renewed(...all), () => ({ startAtMs: 0 })) },
  ],
  [
    'startAt goes with its owner',
    /^startAt/,
    { taken: (...all) => edit(taken(...all), () => ({ startAtMs: 1 })) },
  ],
];

describe('metadataCases', () => {
  test('pass with the right rules', async () => {
    expect(await failedCases(metadataCases, broken())).toEqual([]);
  });

  test.each(mutants)('fail: %s', async (_, caughtBy, wrong) => {
    const failed = await failedCases(metadataCases, broken({ rules: wrong }));
    expect(failed).toContainEqual(expect.stringMatching(caughtBy));
  });
});
