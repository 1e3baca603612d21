import { HashRange, type UserRecord } from '@shardline/aggregation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../src/checkpoint.js';
import { doneAt, Progress } from '../src/progress.js';
import { RecordFeed } from '../src/record-feed.js';
import { type Members, shortOf, storedFrom } from './support/stored-records.js';

const trimHorizon: Checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
const top = (1n << 128n) - 1n;
const key = fc.nat(99).map((index) => `key ${index}`);
const members: fc.Arbitrary<Members> = fc.oneof(key, fc.array(key, { minLength: 1, maxLength: 8 }));
const batches = fc.array(members, { maxLength: 12 });
const bounds = fc.uniqueArray(fc.bigInt({ min: 1n, max: top }), { maxLength: 4 });

/** Cuts the whole range, as reshards do. */
function cut(at: readonly bigint[]): readonly HashRange[] {
  const starts = [0n, ...[...at].sort((one, other) => (one < other ? -1 : 1))];
  return starts.map(
    (start, index) =>
      new HashRange({
        startingHashKey: String(start),
        endingHashKey: String((starts[index + 1] ?? top + 1n) - 1n),
      }),
  );
}

const whole = cut([]);

function feedOf(range: HashRange | undefined) {
  let dropped = 0;
  const tell = (make: () => { userRecords?: number }) => {
    dropped += make().userRecords ?? 0;
  };
  const feed = new RecordFeed({
    shardId: 'shard',
    range,
    parentRanges: whole,
    outOfRange: 'auto',
    tell: tell as never,
  });
  return { feed, told: () => dropped };
}

function readAll(range: HashRange | undefined, all: readonly Members[], after: Checkpoint) {
  const { feed, told } = feedOf(range);
  const batch = feed.read(storedFrom(1, all), after);
  const records = [...batch];
  return { records, end: batch.end, dropped: feed.droppedRecords, told: told() };
}

const placeOf = ({ sequenceNumber, subSequenceNumber }: UserRecord) => ({
  sequenceNumber,
  subSequenceNumber,
});

describe('RecordFeed, whatever the batch', () => {
  it('delivers each user record to exactly one of the children, or all to a shard of unknown range', () => {
    fc.assert(
      fc.property(batches, bounds, (all, at) => {
        const everything = readAll(undefined, all, trimHorizon).records.map(shortOf);
        // A record that is not aggregated is in the one shard that it was put to; here all children see it.
        const aggregatesOnly = all.map((one) => (typeof one === 'string' ? [one] : one));
        const children = cut(at).map((range) => readAll(range, aggregatesOnly, trimHorizon));
        const delivered = children.flatMap(({ records }) => records.map(shortOf));
        expect(delivered.sort()).toEqual(everything.sort());
        for (const { records, dropped, told } of children) {
          expect(records.length + dropped).toBe(everything.length);
          expect(told).toBe(dropped);
        }
      }),
    );
  });

  it('goes on behind any place with exactly the rest, and behind the end of the batch with nothing', () => {
    fc.assert(
      fc.property(batches, bounds, fc.nat(), fc.nat(), (all, at, shard, place) => {
        const ranges = [undefined, ...cut(at)];
        const range = ranges[shard % ranges.length];
        const { records, end } = readAll(range, all, trimHorizon);
        const index = records.length === 0 ? -1 : (place % (records.length + 1)) - 1;
        const last = records[index];
        for (const after of last === undefined ? [trimHorizon] : [placeOf(last), doneAt(last)]) {
          const rest = readAll(range, all, after);
          expect(rest.records.map(shortOf)).toEqual(records.slice(index + 1).map(shortOf));
          expect(rest.end).toEqual(end);
        }
        const again = readAll(range, all, end);
        expect(again.records).toEqual([]);
        expect(again.dropped).toBe(0);
        expect(again.end).toEqual(end);
      }),
    );
  });

  it('ends at the last index of its last stored record', () => {
    fc.assert(
      fc.property(batches, bounds, (all, at) => {
        const last = all.at(-1) ?? [];
        const count = typeof last === 'string' ? 1 : last.length;
        for (const range of [undefined, ...cut(at)]) {
          const { end } = readAll(range, all, trimHorizon);
          if (all.length === 0) expect(end).toEqual(trimHorizon);
          else expect(end.subSequenceNumber).toBe(count - 1);
        }
      }),
    );
  });

  it('has every place of its progress resume with all that is not done (C1)', () => {
    fc.assert(
      fc.property(batches, bounds, fc.nat(), (all, at, shard) => {
        const ranges = cut(at);
        const range = ranges[shard % ranges.length];
        const progress = new Progress(trimHorizon);
        const { records, end } = readAll(range, all, trimHorizon);
        records.forEach((record, index) => {
          progress.handOver(record);
          progress.finish(record);
          const rest = readAll(range, all, progress.done).records.map(shortOf);
          expect(rest).toEqual(records.slice(index + 1).map(shortOf));
        });
        progress.finish(end);
        expect(progress.done).toEqual(end);
      }),
      { numRuns: 50 },
    );
  });
});
