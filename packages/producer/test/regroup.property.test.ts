import { formatHashKey } from '@shardline/aggregation';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Entry } from '../src/entry.js';
import type { Epoch } from '../src/epochs.js';
import { regroup } from '../src/regroup.js';
import { attempt } from './support/attempts.js';
import { aggregate, single, textOf } from './support/entries.js';
import { freeMemory } from './support/lanes.js';

interface SourceFacts {
  readonly records: readonly { readonly group: number; readonly size: number; readonly putAtMs: number }[];
  readonly epoch: number;
  readonly attempts: number;
  readonly mayBeStored: boolean;
}

const sources: fc.Arbitrary<readonly SourceFacts[]> = fc.array(
  fc.record({
    records: fc.array(fc.record({ group: fc.nat(3), size: fc.nat(80), putAtMs: fc.nat(1_000) }), {
      minLength: 1,
      maxLength: 8,
    }),
    epoch: fc.nat(1),
    attempts: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constant(2)),
    mayBeStored: fc.boolean(),
  }),
  { maxLength: 10 },
);

/** A record and what it had when it went in: its group is its explicit hash key. */
interface Origin {
  readonly tag: number;
  readonly group: string;
  readonly text: string;
  readonly putAtMs: number;
  readonly epoch: Epoch;
  readonly attempts: number;
  readonly mayBeStored: boolean;
}

function makeEntries(facts: readonly SourceFacts[]): { entries: Entry[]; origins: Origin[] } {
  const epochs: readonly Epoch[] = [{ outstanding: 0 }, { outstanding: 0 }];
  const origins: Origin[] = [];
  const entries = facts.map(({ records, epoch: number, attempts, mayBeStored }) => {
    const epoch = epochs[number] ?? { outstanding: 0 };
    const members = records.map(({ group, size, putAtMs }) => {
      const tag = origins.length;
      const data = `${tag}`.padEnd(size, 'x');
      const explicitHashKey = String(group);
      origins.push({ tag, group: explicitHashKey, text: data, putAtMs, epoch, attempts, mayBeStored });
      return { partitionKey: `k${tag % 3}`, explicitHashKey, data, tag, putAtMs };
    });
    const entry = members.length === 1 ? single(members[0], epoch) : aggregate(members, epoch);
    for (let count = 0; count < attempts; count += 1)
      entry.attempted(attempt(2_000, 2_010), { name: 'InternalFailure' });
    entry.mayBeStored = mayBeStored;
    return entry;
  });
  return { entries, origins };
}

/** What came out, one row for each record, in order. */
function rowsOf(group: string, entries: readonly Entry[]): Origin[] {
  return entries.flatMap((entry) =>
    entry.records().map((record, position) => ({
      tag: entry.members.tags[position] ?? 0,
      group,
      text: textOf(record.data),
      putAtMs: entry.members.putAtMsOf(position),
      epoch: entry.members.epoch,
      attempts: entry.attempts.length,
      mayBeStored: entry.mayBeStored,
    })),
  );
}

it('regroup conserves records, their order in each group, their history and their epoch', () => {
  const sizes = fc.array(fc.constantFrom(0, 60, 200, 10_000), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(sources, sizes, (facts, maxBytes) => {
      const { entries, origins } = makeEntries(facts);
      const aggregateBytes = (group: string) => maxBytes[Number(group)] ?? 0;
      const groups = regroup(entries, {
        memory: freeMemory(),
        groupOf: formatHashKey,
        aggregateBytes,
        maxRecordBytes: () => 1_048_576,
      });
      for (const group of ['0', '1', '2', '3']) {
        const parts = groups.get(group) ?? [];
        expect(rowsOf(group, parts)).toEqual(origins.filter((origin) => origin.group === group));
        for (const part of parts) {
          if (part.aggregated) expect(part.data.length).toBeLessThanOrEqual(aggregateBytes(group));
        }
      }
      const charged = (all: readonly Entry[]) =>
        all.reduce((sum, { members }) => sum + members.chargedBytes, 0);
      expect(charged([...groups.values()].flat())).toBe(charged(entries));
    }),
    { numRuns: 300 },
  );
});
