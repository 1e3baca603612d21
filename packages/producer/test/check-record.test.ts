import { formatHashKey, hashKeyOf } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { type CheckedRecord, checkRecord } from '../src/check-record.js';
import { InvalidRecordError, RecordTooLargeError } from '../src/errors.js';
import type { UserRecord } from '../src/user-record.js';

const limit = 1_048_576;
const nothing = (): CheckedRecord => ({
  partitionKey: '',
  explicitHashKey: undefined,
  data: '',
  hash: new Uint32Array(4),
});
const check = (record: unknown, maxRecordBytes = limit, into = nothing()) =>
  checkRecord(record as UserRecord, maxRecordBytes, into);

/** The error that `run` throws. */
function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('It did not throw.');
}

describe('checkRecord', () => {
  it('returns the size and writes the hash of the partition key', () => {
    const into = nothing();
    expect(check({ partitionKey: 'clé', data: 'abc' }, limit, into)).toBe(4 + 3);
    expect(into).toEqual({
      partitionKey: 'clé',
      explicitHashKey: undefined,
      data: 'abc',
      hash: hashKeyOf('clé'),
    });
  });

  it('writes the explicit hash key instead, where one is given', () => {
    const into = nothing();
    expect(check({ partitionKey: 'k', explicitHashKey: '007', data: 'abc' }, limit, into)).toBe(4);
    expect([formatHashKey(into.hash), into.explicitHashKey]).toEqual(['7', '7']);
  });

  it.each(['0', String(2n ** 128n - 1n)])('takes %s, an end of the hash space', (explicitHashKey) => {
    const into = nothing();
    check({ partitionKey: 'k', explicitHashKey, data: '' }, limit, into);
    expect(formatHashKey(into.hash)).toBe(explicitHashKey);
  });

  it('reads each member once, and leaves what it read', () => {
    const reads: string[] = [];
    const record = new Proxy(
      { partitionKey: 'k', explicitHashKey: '007', data: 'abc' },
      {
        get(target, name) {
          reads.push(String(name));
          return Reflect.get(target, name);
        },
      },
    );
    const into = nothing();
    check(record, limit, into);
    expect(reads).toEqual(['partitionKey', 'explicitHashKey', 'data']);
    expect(into).toMatchObject({ partitionKey: 'k', explicitHashKey: '7', data: 'abc' });
  });

  it.each([['gone'], [undefined], [new Error('gone')]])(
    'refuses a record whose getter throws %s',
    (cause) => {
      const record = {
        partitionKey: 'k',
        get data(): string {
          throw cause;
        },
      };
      expect(thrown(() => check(record))).toMatchObject({ code: 'INVALID_RECORD', member: 'record', cause });
    },
  );

  it.each([
    ['a Buffer', Buffer.from('abc')],
    ['bytes', Uint8Array.of(1, 2, 3)],
    ['text', 'abc'],
    ['nothing at all', ''],
  ])('takes %s as data', (_, data) => {
    expect(check({ partitionKey: 'k', data })).toBe(1 + data.length);
  });

  it.each([
    ['no record', 'record', undefined],
    ['null', 'record', null],
    ['a string', 'record', 'tweet'],
    ['no partition key', 'partitionKey', { data: '' }],
    ['an empty partition key', 'partitionKey', { partitionKey: '', data: '' }],
    ['a partition key of 257 characters', 'partitionKey', { partitionKey: 'k'.repeat(257), data: '' }],
    ['a number for a partition key', 'partitionKey', { partitionKey: 12, data: '' }],
    ['no data', 'data', { partitionKey: 'k' }],
    ['null for data', 'data', { partitionKey: 'k', data: null }],
    ['an object for data', 'data', { partitionKey: 'k', data: { text: 'x' } }],
    ['a bare ArrayBuffer for data', 'data', { partitionKey: 'k', data: new ArrayBuffer(3) }],
    ['an array for data', 'data', { partitionKey: 'k', data: [1, 2, 3] }],
    ['an empty hash key', 'explicitHashKey', { partitionKey: 'k', explicitHashKey: '', data: '' }],
    ['a hash key of null', 'explicitHashKey', { partitionKey: 'k', explicitHashKey: null, data: '' }],
    ['a hash key that is a number', 'explicitHashKey', { partitionKey: 'k', explicitHashKey: 7, data: '' }],
    ['a negative hash key', 'explicitHashKey', { partitionKey: 'k', explicitHashKey: '-1', data: '' }],
    [
      'a hash key of 2^128',
      'explicitHashKey',
      { partitionKey: 'k', explicitHashKey: String(2n ** 128n), data: '' },
    ],
  ])('refuses %s', (_, member, record) => {
    const error = thrown(() => check(record));
    expect(error).toBeInstanceOf(InvalidRecordError);
    expect(error).toMatchObject({ code: 'INVALID_RECORD', member, retryable: false });
  });

  it('takes a partition key of 256 characters, however many bytes they are', () => {
    expect(check({ partitionKey: 'ñ'.repeat(256), data: '' })).toBe(512);
  });

  it('takes a record of the limit, partition key included, and none above', () => {
    const record = { partitionKey: 'ñ', data: new Uint8Array(98) };
    expect(check(record, 100)).toBe(100);
    expect(thrown(() => check(record, 99))).toBeInstanceOf(RecordTooLargeError);
    expect(thrown(() => check(record, 99))).toMatchObject({ sizeBytes: 100, limitBytes: 99 });
  });

  it('says which of the two limits a record is above, the lower one where it is above both', () => {
    const record = { partitionKey: 'ñ', data: new Uint8Array(98) };
    const above = (stream: number, bound: number) =>
      thrown(() => checkRecord(record, stream, nothing(), bound));
    expect(checkRecord(record, 100, nothing(), 100)).toBe(100);
    expect(above(200, 99)).toMatchObject({
      limitBytes: 99,
      message: expect.stringContaining('raise maxOutstandingBytes'),
    });
    expect(above(90, 99)).toMatchObject({
      limitBytes: 90,
      message: expect.stringContaining("raise the stream's"),
    });
    expect(above(99, 90)).toMatchObject({
      limitBytes: 90,
      message: expect.stringContaining('raise maxOutstandingBytes'),
    });
  });
});
