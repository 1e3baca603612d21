import { decodeAggregate, formatHashKey, hashKeyOf } from '@shardline/aggregation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, loneEntry, OpenAggregate, singleEntry } from '../src/open-aggregate.js';
import { PutSink } from '../src/sinks.js';
import { recordOverheadBytes } from '../src/user-record.js';
import { type AcceptedFacts, accepted, hashOfAccepted, textOf } from './support/entries.js';
import { freeMemory } from './support/lanes.js';

const epoch = { outstanding: 0 };
const memory = freeMemory();
const unbounded = Number.POSITIVE_INFINITY;
const magic = [0xf3, 0x89, 0x9a, 0xc2];

function add(open: OpenAggregate, facts: AcceptedFacts, maxBytes = unbounded): boolean {
  const record = accepted(facts);
  return open.tryAdd(record, hashOfAccepted(record), maxBytes);
}

function lone(facts: AcceptedFacts, maxRecordBytes = 1_048_576) {
  const record = accepted(facts);
  return loneEntry(record, hashOfAccepted(record), epoch, { memory, maxRecordBytes });
}

describe('OpenAggregate', () => {
  it('keeps records with what is remembered of them', () => {
    const open = new OpenAggregate(epoch, memory);
    const sink = new PutSink();
    add(open, { partitionKey: 'a', data: 'one', sink, tag: 3, putAtMs: 50 });
    add(open, { partitionKey: 'b', explicitHashKey: '9', data: 'two', tag: 4, putAtMs: 60 });
    expect(open).toMatchObject({ epoch, oldestPutAtMs: 50, due: undefined });
    const { members } = open.seal();
    expect(members).toMatchObject({ epoch, tags: [3, 4], sinks: [sink, undefined] });
    expect([0, 1].map((position) => members.putAtMsOf(position))).toEqual([50, 60]);
    expect(members.chargedBytes).toBe(4 + 4 + 2 * recordOverheadBytes + sink.recordOverheadBytes);
  });

  it("writes the KPL's format, placed by the hash key of its first record", () => {
    const open = new OpenAggregate(epoch, memory);
    add(open, { partitionKey: 'first', data: 'one' });
    add(open, { partitionKey: 'second', data: 'two' });
    const entry = open.seal();
    expect(entry.aggregated).toBe(true);
    expect(entry.partitionKey).toBe('a');
    expect(entry.explicitHashKey).toBe(formatHashKey(hashKeyOf('first')));
    expect(decodeAggregate(entry.data)?.map(({ partitionKey }) => partitionKey)).toEqual(['first', 'second']);
  });

  it('copies the hash key of its first record: the caller writes over it', () => {
    const open = new OpenAggregate(epoch, memory);
    const hash = hashKeyOf('first');
    open.tryAdd(accepted({ partitionKey: 'first' }), hash, unbounded);
    open.tryAdd(accepted({ partitionKey: 'second' }), hashKeyOf('second', undefined, hash), unbounded);
    expect(open.seal().explicitHashKey).toBe(formatHashKey(hashKeyOf('first')));
  });

  it('knows its sealed size beforehand, and refuses what would exceed the bound, over random records', () => {
    const facts = fc.record({
      partitionKey: fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
      data: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 300 })),
    });
    fc.assert(
      fc.property(fc.array(facts, { minLength: 2, maxLength: 30 }), fc.nat(2_000), (records, maxBytes) => {
        const open = new OpenAggregate(epoch, memory);
        let taken = 0;
        for (const record of records) {
          const before = open.sizeBytes;
          if (add(open, record, maxBytes)) taken += 1;
          else expect(open.sizeBytes).toBe(before);
          expect(open.sizeBytes).toBeLessThanOrEqual(maxBytes);
        }
        if (taken < 2) return;
        const size = open.sizeBytes;
        const sealed = open.seal();
        expect([sealed.data.length, sealed.members.count]).toEqual([size, taken]);
      }),
    );
  });

  it('sends one lone record as it is, as the KPL does', () => {
    const open = new OpenAggregate(epoch, memory);
    add(open, { partitionKey: 'u1', explicitHashKey: '9', data: 'one', tag: 3, putAtMs: 50 });
    const entry = open.seal();
    expect(entry).toMatchObject({ aggregated: false, partitionKey: 'u1', explicitHashKey: '9' });
    expect(textOf(entry.data)).toBe('one');
    expect(entry.members).toMatchObject({ tags: [3], epoch });
    expect(entry.members.putAtMsOf(0)).toBe(50);
  });

  it('leaves a lone record without explicit hash key without one', () => {
    const open = new OpenAggregate(epoch, memory);
    add(open, { partitionKey: 'u1' });
    expect(open.seal().explicitHashKey).toBeUndefined();
  });

  it('keeps a lone record in its aggregate when readers would take its data for one', () => {
    const data = Uint8Array.of(...magic, 1, 2);
    const open = new OpenAggregate(epoch, memory);
    add(open, { data });
    const entry = open.seal();
    expect(entry.aggregated).toBe(true);
    expect(decodeAggregate(entry.data)?.map((record) => Buffer.from(record.data))).toEqual([
      Buffer.from(data),
    ]);
  });
});

describe('singleEntry', () => {
  it.each([
    ['a Uint8Array', Uint8Array.from([1, 2, 3])],
    ['a Buffer', Buffer.from([1, 2, 3])],
    ['a view of a larger buffer', Buffer.from([9, 1, 2, 3, 9]).subarray(1, 4)],
  ])('copies %s: its owner may use it again', (_, data) => {
    const entry = singleEntry(accepted({ data }), epoch, memory);
    data.fill(0);
    expect([...entry.data]).toEqual([1, 2, 3]);
    expect(entry.data.buffer.byteLength).toBe(3);
  });

  it('stores text as UTF-8', () => {
    expect(Buffer.from(singleEntry(accepted({ data: 'Perú' }), epoch, memory).data)).toEqual(
      Buffer.from('Perú'),
    );
  });

  it('remembers the record and charges its overhead', () => {
    const record = accepted({ partitionKey: 'u1', data: 'one', tag: 3, putAtMs: 50 });
    const { members, aggregated } = singleEntry(record, epoch, memory);
    expect(aggregated).toBe(false);
    expect(members).toMatchObject({ epoch, tags: [3], chargedBytes: 5 + recordOverheadBytes });
    expect(members.putAtMsOf(0)).toBe(50);
  });
});

describe('loneEntry', () => {
  it('sends a large record as it is', () => {
    expect(lone({ data: 'x'.repeat(1_000) }).aggregated).toBe(false);
  });

  it('wraps data that begins with the magic bytes', () => {
    const data = Uint8Array.of(...magic, ...new Uint8Array(1_000));
    const entry = lone({ partitionKey: 'u1', data, tag: 3 });
    expect(entry.aggregated).toBe(true);
    expect(entry.members.tags).toEqual([3]);
    expect(entry.records().map((record) => Buffer.from(record.data))).toEqual([Buffer.from(data)]);
  });

  it.each([
    ['one byte of them', magic.slice(0, 1)],
    ['three of them', magic.slice(0, 3)],
    ['nothing', []],
    ['others', [0xf3, 0x89, 0x9a, 0xc3, 1]],
  ])('does not wrap data of %s', (_, bytes) => {
    expect(lone({ data: Uint8Array.from(bytes) }).aggregated).toBe(false);
  });

  it('stays within the record limit, its own partition key included', () => {
    const data = Uint8Array.of(...magic, ...new Uint8Array(1_000));
    const { bytes } = lone({ data });
    expect(lone({ data }, bytes)).toMatchObject({ aggregated: true, bytes });
    expect(lone({ data }, bytes - 1).aggregated).toBe(false);
  });
});

describe('hashOf', () => {
  it('is the explicit hash key, or the hash of the partition key', () => {
    expect(hashOf({ partitionKey: 'u1', data: '' })).toEqual(hashKeyOf('u1'));
    expect(formatHashKey(hashOf({ partitionKey: 'u1', explicitHashKey: '9', data: '' }))).toBe('9');
  });
});
