import { KinesisServiceError } from '@shardline/local';
import { describe, expect, test } from 'vitest';
import type { ReadPosition, RecordsPage } from '../src/kinesis-reads.js';
import { type MakeCall, ShardCursor } from '../src/shard-cursor.js';

const { signal } = new AbortController();
const makeCall: MakeCall = (call) => call(signal);
const record = (SequenceNumber: string) => ({ SequenceNumber, Data: Buffer.from('abc'), PartitionKey: 'k' });
const page = (sequenceNumbers: readonly string[], nextIterator?: string): RecordsPage => ({
  records: sequenceNumbers.map(record),
  nextIterator,
  childShards: [],
  millisBehindLatest: 0,
});

/** A cursor, the positions and iterators it asked with, and what the service answers next. */
function makeCursor(sequenceNumber = 'TRIM_HORIZON', startAtMs?: number) {
  const positions: ReadPosition[] = [];
  const iterators: string[] = [];
  const limits: number[] = [];
  const answers: (RecordsPage | Error)[] = [];
  const refusals: Error[] = [];
  const reads = {
    async getShardIterator(_shardId: string, position: ReadPosition) {
      positions.push(position);
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      return `iterator-${positions.length}`;
    },
    async getRecords(iterator: string, limit: number) {
      iterators.push(iterator);
      limits.push(limit);
      const answer = answers.shift() ?? page([], 'next');
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const start = { checkpoint: { sequenceNumber, subSequenceNumber: 0 }, startAtMs };
  const times: (number | Error)[] = [];
  const cursor = new ShardCursor(reads, 's0', start, async () => {
    const time = times.shift();
    if (typeof time !== 'number') throw time ?? new Error('Asked for the time.');
    return time;
  });
  return { cursor, limits, times, positions, iterators, answers, refusals };
}

const service = (name: string) => new KinesisServiceError(name, 'No.');

describe('where it begins (C6)', () => {
  test.each<[string, number | undefined, ReadPosition]>([
    ['TRIM_HORIZON', undefined, { type: 'trim-horizon' }],
    ['TRIM_HORIZON', 5_000, { type: 'trim-horizon' }],
    ['LATEST', 5_000, { type: 'at-timestamp', timestampMs: 5_000 }],
    ['AT_TIMESTAMP', 5_000, { type: 'at-timestamp', timestampMs: 5_000 }],
    ['AT_TIMESTAMP', undefined, { type: 'trim-horizon' }],
    ['49', 5_000, { type: 'at-sequence-number', sequenceNumber: '49' }],
  ])('%s, %s', async (checkpoint, startAtMs, position) => {
    const { cursor, positions } = makeCursor(checkpoint, startAtMs);
    await cursor.read(makeCall, 100);
    expect(positions).toEqual([position]);
  });
});

test('C6: LATEST without a time is a time, asked for until it is known', async () => {
  const { cursor, positions, times, answers } = makeCursor('LATEST');
  times.push(service('AccessDeniedException'), 7_000);
  expect(await cursor.read(makeCall, 100)).toMatchObject({ failed: { call: 'ListShards', mayPass: false } });
  expect(positions).toEqual([]);
  answers.push(service('ExpiredIteratorException'));
  await cursor.read(makeCall, 100);
  expect(await cursor.read(makeCall, 100)).toMatchObject({ bytes: 0 });
  const position = { type: 'at-timestamp', timestampMs: 7_000 };
  expect(positions).toEqual([position, position]);
});

test('reads on with the iterators of its pages, and counts data and keys', async () => {
  const { cursor, positions, iterators, answers } = makeCursor();
  answers.push(page(['1', '2'], 'second'), page([], 'third'));
  const first = await cursor.read(makeCall, 100);
  expect(first).toMatchObject({ bytes: 8 });
  if (!first.failed) cursor.accept(first.page);
  const second = await cursor.read(makeCall, 100);
  if (!second.failed) cursor.accept(second.page);
  await cursor.read(makeCall, 100);
  expect([iterators, positions.length]).toEqual([['iterator-1', 'second', 'third'], 1]);
});

test('asks for as many records as it is told', async () => {
  const { cursor, limits } = makeCursor();
  await cursor.read(makeCall, 7);
  await cursor.read(makeCall, 10_000);
  expect(limits).toEqual([7, 10_000]);
});

test('a page that was not accepted is read again', async () => {
  const { cursor, iterators } = makeCursor();
  await cursor.read(makeCall, 100);
  await cursor.read(makeCall, 100);
  expect(iterators).toEqual(['iterator-1', 'iterator-1']);
});

test.each(['ExpiredIteratorException', 'InvalidArgumentException', 'ResourceNotFoundException'])(
  '58: after %s a new iterator stands behind the last record, empty pages or not',
  async (name) => {
    const { cursor, positions, answers } = makeCursor('49');
    for (const one of [page(['50', '51'], 'second'), page([], 'third')]) {
      answers.push(one);
      await cursor.read(makeCall, 100);
      cursor.accept(one);
    }
    answers.push(service(name));
    expect(await cursor.read(makeCall, 100)).toMatchObject({ failed: { call: 'GetRecords', mayPass: true } });
    await cursor.read(makeCall, 100);
    expect(positions.at(-1)).toEqual({ type: 'after-sequence-number', sequenceNumber: '51' });
  },
);

test.each<[string, boolean]>([
  ['InternalFailure', true],
  ['ProvisionedThroughputExceededException', true],
  ['AccessDeniedException', false],
  ['KMSDisabledException', false],
])('%s of a read leaves the iterator as it is', async (name, mayPass) => {
  const { cursor, iterators, answers } = makeCursor();
  answers.push(service(name));
  expect(await cursor.read(makeCall, 100)).toMatchObject({
    failed: { call: 'GetRecords', mayPass, fault: { name } },
  });
  await cursor.read(makeCall, 100);
  expect(iterators).toEqual(['iterator-1', 'iterator-1']);
});

test.each<[string, string, number | undefined, boolean]>([
  ['InvalidArgumentException', '49', undefined, false],
  ['InvalidArgumentException', 'LATEST', 5_000, true],
  ['AccessDeniedException', 'LATEST', 5_000, false],
  ['InternalFailure', '49', undefined, true],
])('%s for an iterator from %s may pass or not', async (name, checkpoint, startAtMs, mayPass) => {
  const { cursor, refusals } = makeCursor(checkpoint, startAtMs);
  refusals.push(service(name));
  expect(await cursor.read(makeCall, 100)).toMatchObject({ failed: { call: 'GetShardIterator', mayPass } });
});

test.each([
  { ...record('2'), SequenceNumber: undefined },
  { ...record('2'), SequenceNumber: '' },
  { ...record('2'), Data: undefined },
])('64: a record that lacks what it must have fails the page: %j', async (flawed) => {
  const { cursor, positions, answers } = makeCursor();
  answers.push({ ...page(['1', '3'], 'second'), records: [record('1'), flawed, record('3')] });
  expect(await cursor.read(makeCall, 100)).toMatchObject({
    failed: { fault: { name: 'MalformedAnswer' }, mayPass: true },
  });
  await cursor.read(makeCall, 100);
  expect(positions).toHaveLength(2);
});
