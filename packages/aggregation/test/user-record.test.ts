import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scanAggregate } from '../src/scan-aggregate.js';
import type { StoredRecord } from '../src/stored-record.js';
import { LazyUserRecord } from '../src/user-record.js';
import { encode, member } from './members.js';

const stored = (data: Uint8Array): StoredRecord => ({
  data,
  partitionKey: 'stored key',
  sequenceNumber: '17',
  arrival: new Date(5),
  encryptionType: 'NONE',
  eventId: 'shardId-000000000000:17',
});

describe('a user record of an aggregate', () => {
  const record = stored(encode([member('a', 'first'), member('é', '{"n":2}', '42')]));
  const second = new LazyUserRecord(record, scanAggregate(record.data), 1, true);

  it('has its own keys and data', () => {
    expect([second.partitionKey, second.explicitHashKey, second.text()]).toEqual(['é', '42', '{"n":2}']);
    expect(second.data).toEqual(new Uint8Array(Buffer.from('{"n":2}')));
    expect(second.json()).toEqual({ n: 2 });
  });

  it('has the rest from the stored record', () => {
    expect(second.sequenceNumber).toBe('17');
    expect(second.approximateArrivalTimestamp).toEqual(new Date(5));
    expect(second.encryptionType).toBe('NONE');
    expect(second.eventId).toBe('shardId-000000000000:17');
  });

  it('knows its place', () => {
    expect([
      second.aggregated,
      second.subSequenceNumber,
      second.aggregateCount,
      second.lastOfAggregate,
    ]).toEqual([true, 1, 2, true]);
    const first = new LazyUserRecord(record, scanAggregate(record.data), 0, false);
    expect([first.subSequenceNumber, first.aggregateCount, first.lastOfAggregate]).toEqual([0, 2, false]);
    expect(first.explicitHashKey).toBeUndefined();
  });
});

describe('a user record that was not aggregated', () => {
  const record = new LazyUserRecord(stored(Buffer.from('..plain').subarray(2)), undefined, 0, true);

  it('is the stored record', () => {
    expect([record.partitionKey, record.explicitHashKey, record.text()]).toEqual([
      'stored key',
      undefined,
      'plain',
    ]);
    expect([
      record.aggregated,
      record.subSequenceNumber,
      record.aggregateCount,
      record.lastOfAggregate,
    ]).toEqual([false, 0, 1, true]);
  });

  it('gives plain bytes, whatever it was made of', () => {
    expect(Buffer.isBuffer(record.data)).toBe(false);
    expect(record.data).toEqual(new Uint8Array(Buffer.from('plain')));
  });
});

describe('data and copy', () => {
  it('data is a view, a copy is not', () => {
    const bytes = encode([member('a', 'data')]);
    const record = new LazyUserRecord(stored(bytes), scanAggregate(bytes), 0, true);
    const view = record.data;
    const copy = record.copy();
    expect(view.buffer).toBe(bytes.buffer);
    bytes.fill(0);
    expect([...view]).toEqual([0, 0, 0, 0]);
    expect(Buffer.from(copy).toString()).toBe('data');
    expect(copy.buffer.byteLength).toBe(4);
  });
});

describe('text and json', () => {
  const of = (data: Uint8Array) => new LazyUserRecord(stored(data), undefined, 0, true);

  it('text replaces what is not UTF-8', () => {
    expect(of(Uint8Array.of(0x61, 0xff, 0x62)).text()).toBe('a\ufffdb');
    expect(of(new Uint8Array(0)).text()).toBe('');
  });

  it('json says which user record is not JSON', () => {
    const problem = () => of(Buffer.from('{"n":')).json();
    expect(problem).toThrow('The data of user record 17/0 is not JSON.');
    expect(problem).toThrow(
      expect.objectContaining({ code: 'INVALID_JSON', received: '17/0', cause: expect.any(SyntaxError) }),
    );
  });
});

describe('a user record in a log', () => {
  const record = stored(encode([member('a', 'first'), member('b', 'secret', '42')]));
  const aggregated = new LazyUserRecord(record, scanAggregate(record.data), 1, true);
  const plain = new LazyUserRecord(stored(Buffer.from('secret')), undefined, 0, true);

  it('is its keys and numbers and the length of its data as JSON', () => {
    expect(JSON.parse(JSON.stringify(aggregated))).toEqual({
      partitionKey: 'b',
      explicitHashKey: '42',
      sequenceNumber: '17',
      subSequenceNumber: 1,
      aggregated: true,
      aggregateCount: 2,
      lastOfAggregate: true,
      approximateArrivalTimestamp: '1970-01-01T00:00:00.005Z',
      dataBytes: 6,
    });
    expect(JSON.parse(JSON.stringify(plain))).toMatchObject({ partitionKey: 'stored key', dataBytes: 6 });
  });

  it('shows the same to console.log', () => {
    const shown = inspect(aggregated);
    expect(shown).toMatch(/^UserRecord \{/);
    for (const part of [
      "partitionKey: 'b'",
      "explicitHashKey: '42'",
      "sequenceNumber: '17'",
      'dataBytes: 6',
    ]) {
      expect(shown).toContain(part);
    }
    expect(shown).not.toContain('secret');
    expect(inspect([aggregated])).toContain("partitionKey: 'b'");
    expect(inspect({ a: { b: { c: aggregated } } })).toContain('[UserRecord]');
  });
});
