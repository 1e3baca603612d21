import { AggregateEncoder, beginsWithMagic, HashRange, type KinesisRecord } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../src/checkpoint.js';
import type { ConsumerEvent } from '../src/events.js';
import { RecordFeed, type RecordFeedParts } from '../src/record-feed.js';
import {
  aggregateOf,
  type Members,
  sequenceNumber,
  shortOf,
  stored,
  storedFrom,
} from './support/stored-records.js';

const trimHorizon: Checkpoint = { sequenceNumber: 'TRIM_HORIZON', subSequenceNumber: 0 };
const at = (record: number, index = 0): Checkpoint => ({
  sequenceNumber: sequenceNumber(record),
  subSequenceNumber: index,
});
const range = (start: bigint, end: bigint) =>
  new HashRange({ startingHashKey: String(start), endingHashKey: String(end) });
const middle = 1n << 127n;
const whole = range(0n, (1n << 128n) - 1n);
const left = range(0n, middle - 1n);
const right = range(middle, (1n << 128n) - 1n);
/** By MD5: a, c and e lie in the left half, b, d and f in the right one. */
const [a, b, c, d, e, f] = ['k0', 'k1', 'k2', 'k3', 'k6', 'k4'] as const;

function feedWith(parts: Partial<RecordFeedParts> = {}) {
  const events: ConsumerEvent[] = [];
  const feed = new RecordFeed({
    shardId: 'shard',
    range: undefined,
    parentRanges: [],
    outOfRange: 'auto',
    tell: (make) => events.push(make()),
    ...parts,
  });
  const read = (records: readonly KinesisRecord[], after = trimHorizon) => {
    const batch = feed.read(records, after);
    const delivered = [...batch].map(shortOf);
    return { delivered, end: batch.end };
  };
  return { feed, events, read };
}

describe('RecordFeed', () => {
  it('52: expands aggregates, with indexes from 0', () => {
    const { read, events } = feedWith();
    const { delivered, end } = read(storedFrom(1, ['a:1', ['b:2', 'c:3', 'd:4'], 'e:5']));
    expect(delivered).toEqual(['1/0 1', '2/0 2', '2/1 3', '2/2 4', '3/0 5']);
    expect(end).toEqual(at(3));
    expect(events).toEqual([]);
  });

  it('53: passes on what begins like an aggregate and is none as it is, and tells of it', () => {
    const { feed, events } = feedWith();
    const Data = aggregateOf(['a', 'b']);
    Data.set([(Data.at(-1) as number) ^ 1], Data.length - 1);
    const records = [stored(1, ['x', 'y']), { ...stored(2, 'a'), Data }, stored(3, 'plain')];
    const delivered = [...feed.read(records, trimHorizon)];
    expect(delivered.map((record) => record.aggregated)).toEqual([true, true, false, false]);
    expect(delivered[2]?.data).toEqual(Data);
    expect(events).toEqual([
      {
        type: 'corrupt-aggregate',
        reason: 'not-decodable',
        shardId: 'shard',
        sequenceNumber: sequenceNumber(2),
      },
    ]);
    expect(beginsWithMagic(Data)).toBe(true);
  });

  it('does not take data that begins with the magic bytes for a broken aggregate when it is in a sound one', () => {
    const { feed, events } = feedWith();
    const nested = aggregateOf(['a', 'b']).subarray(0, 9);
    const encoder = new AggregateEncoder();
    encoder.tryAdd('key', undefined, nested, new Uint32Array(4), 1_000);
    const [record] = feed.read([{ ...stored(1, 'a'), Data: encoder.seal() }], trimHorizon);
    expect(record?.copy()).toEqual(new Uint8Array(nested));
    expect(events).toEqual([]);
  });

  it('54: gives each user record of an aggregate that straddles a reshard to exactly one child', () => {
    const records = storedFrom(5, [[a, b, c, d, e, f]]);
    const children = [left, right].map((of) => feedWith({ range: of, parentRanges: [whole] }));
    const [first, second] = children.map(({ read }) => read(records));
    expect(first).toEqual({ delivered: [`5/0 ${a}`, `5/2 ${c}`, `5/4 ${e}`], end: at(5, 5) });
    expect(second).toEqual({ delivered: [`5/1 ${b}`, `5/3 ${d}`, `5/5 ${f}`], end: at(5, 5) });
    for (const { events, feed } of children) {
      expect(feed.droppedRecords).toBe(3);
      expect(events).toEqual([
        { type: 'records-dropped', reason: 'out-of-range', shardId: 'shard', userRecords: 3 },
      ]);
    }
  });

  it('tells of drops once a batch and counts them over all', () => {
    const { feed, events, read } = feedWith({ range: left, parentRanges: [whole] });
    read(
      storedFrom(1, [
        [a, b],
        [b, d],
      ]),
    );
    read(storedFrom(3, [[a, d]]));
    expect(feed.droppedRecords).toBe(4);
    expect(events).toMatchObject([{ userRecords: 3 }, { userRecords: 1 }]);
  });

  it('counts drops once, however often they are read', () => {
    const { feed, events, read } = feedWith({ range: left, parentRanges: [whole] });
    const records = storedFrom(1, [
      [a, b],
      [a, b, c, d],
      [b, a],
    ]);
    const given = feed.read(records, trimHorizon);
    for (let times = 0; times < 3; times += 1) given.next();
    given.return();
    expect(feed.droppedRecords).toBe(3);
    // Given back inside the second aggregate, and read again: cut shorter, then as far as there is.
    expect(read(records.slice(0, 2), at(2, 0))).toEqual({ delivered: [`2/2 ${c}`], end: at(2, 3) });
    read(records, at(1, 1));
    expect(feed.droppedRecords).toBe(4);
    expect(events).toMatchObject([{ userRecords: 3 }, { userRecords: 1 }]);
    expect(events).toHaveLength(2);
  });

  it('tells of drops when a batch is given up, once', () => {
    const { feed, events } = feedWith({ range: left, parentRanges: [whole] });
    const batch = feed.read(
      storedFrom(1, [
        [a, b],
        [b, a],
      ]),
      trimHorizon,
    );
    for (const _ of batch) break;
    expect(events).toMatchObject([{ type: 'records-dropped', userRecords: 1 }]);
    batch.return();
    expect(events).toHaveLength(1);
    expect(batch.end).toEqual(at(1, 1));
  });

  it('delivers user records of no known range, and tells of them', () => {
    const { feed, events, read } = feedWith({ range: left });
    const { delivered } = read(storedFrom(1, [[a, b, d]]));
    expect(delivered).toHaveLength(3);
    expect(feed.droppedRecords).toBe(0);
    expect(events).toEqual([
      { type: 'records-out-of-range', reason: 'careless-aggregator', shardId: 'shard', userRecords: 2 },
    ]);
  });

  it.each([
    ['drop', 1],
    ['deliver', 2],
  ] as const)('obeys outOfRange %s', (outOfRange, delivered) => {
    const { read } = feedWith({ range: left, parentRanges: [whole], outOfRange });
    expect(read(storedFrom(1, [[a, b]])).delivered).toHaveLength(delivered);
  });

  it('55: leaves out what is at or before the checkpoint', () => {
    const { read } = feedWith();
    const records = storedFrom(1, ['a:1', 'b:2', ['c:3', 'd:4'], 'e:5']);
    expect(read(records, at(2)).delivered).toEqual(['3/0 3', '3/1 4', '4/0 5']);
    expect(read(records, at(3, 1)).delivered).toEqual(['4/0 5']);
  });

  it('46: goes on inside an aggregate with exactly the rest', () => {
    const { read } = feedWith();
    const { delivered, end } = read(storedFrom(2, [['b:2', 'c:3', 'd:4']]), at(2, 0));
    expect(delivered).toEqual(['2/1 3', '2/2 4']);
    expect(end).toEqual(at(2, 2));
  });

  it.each<[string, readonly Members[], Checkpoint, Checkpoint]>([
    ['nothing was read', [], at(7, 3), at(7, 3)],
    ['all of it was done before', [['x', 'y'], 'z'], at(9), at(9)],
    ['its last user record is alone', [[a, b], a], trimHorizon, at(2)],
    ['the tail of its last aggregate is dropped', [[a, b, d]], trimHorizon, at(1, 2)],
    ['its last stored record is dropped as a whole', [a, [b, d]], trimHorizon, at(2, 1)],
    ['everything is dropped', [[b], [b, d, f]], trimHorizon, at(2, 2)],
    ['the rest of a resumed aggregate is dropped', [[a, b, d]], at(1, 0), at(1, 2)],
  ])('says which place is done with the batch when %s', (_, all, after, end) => {
    const { read } = feedWith({ range: left, parentRanges: [whole] });
    expect(read(storedFrom(1, all), after).end).toEqual(end);
  });

  it('56: delivers nothing for a batch without records', () => {
    const { read, events } = feedWith();
    expect(read([])).toEqual({ delivered: [], end: trimHorizon });
    expect(events).toEqual([]);
  });

  it('says on the way which place is done with what it gave', () => {
    const { feed } = feedWith({ range: left, parentRanges: [whole] });
    const batch = feed.read(storedFrom(1, [[a, c, b], a]), trimHorizon);
    const ends: Checkpoint[] = [batch.end];
    for (const _ of batch) ends.push(batch.end);
    expect(ends).toEqual([trimHorizon, at(1, 0), at(1, 2), at(2)]);
  });

  it('takes a stored record apart when it is asked for, not before', () => {
    const { feed, events } = feedWith({ range: left });
    const batch = feed.read(storedFrom(1, [a, [b]]), trimHorizon);
    batch.next();
    batch.return();
    expect(events).toEqual([]);
    batch.next();
    batch.return();
    expect(events).toMatchObject([{ type: 'records-out-of-range', userRecords: 1 }]);
  });
});
