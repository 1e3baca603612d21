import { describe, expect, it } from 'vitest';
import { formatSequenceNumber } from '../src/sequence-number.js';
import type { Shard } from '../src/shard.js';
import { type StartingPosition, startOf } from '../src/starting-position.js';
import { bareStream } from './support/bare-stream.js';

const account = { id: '000000000000' };
const openedAtMs = 1_767_225_600_000;

function streamWithRecords(count: number) {
  const stream = bareStream(1);
  const [shard] = stream.shards as readonly [Shard];
  const numbers = Array.from({ length: count }, (_, index) =>
    shard.append({
      data: new Uint8Array(1),
      partitionKey: 'k',
      arrivalMs: openedAtMs + (index + 1) * 1_000,
      sizeBytes: 2,
    }),
  );
  const start = (position: Partial<StartingPosition>, now = openedAtMs + 60_000) =>
    startOf(
      account,
      stream,
      shard,
      { type: undefined, sequenceNumber: undefined, timestamp: undefined, ...position },
      now,
    );
  return { stream, shard, numbers, start };
}

describe('startOf', () => {
  it('takes the number at which an event without records ends', () => {
    const { shard, start } = streamWithRecords(2);
    const sequenceNumber = formatSequenceNumber(shard.prefix, 2, openedAtMs + 30_000);
    for (const type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']) {
      expect(start({ type, sequenceNumber }).position).toBe(2);
    }
  });

  it('goes on at a record, or after it', () => {
    const { numbers, start } = streamWithRecords(3);
    const [, sequenceNumber] = numbers;
    expect(start({ type: 'AT_SEQUENCE_NUMBER', sequenceNumber }).position).toBe(1);
    expect(start({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber }).position).toBe(2);
  });

  it('walks over no shards to tell whose a number is: a stream may have thousands', () => {
    const { stream, numbers, start } = streamWithRecords(1);
    Object.defineProperty(stream, 'shards', { get: () => expect.fail('walked over') });
    const at = (sequenceNumber = '') => start({ type: 'AT_SEQUENCE_NUMBER', sequenceNumber });
    expect(at(numbers[0]).position).toBe(0);
    expect(() => at('49'.padEnd(56, '9'))).toThrow('did not come from this stream');
  });

  it('begins at the ends and at a time', () => {
    const { start } = streamWithRecords(3);
    expect(start({ type: 'TRIM_HORIZON' }).position).toBe(0);
    expect(start({ type: 'LATEST' }).position).toBe(3);
    expect(start({ type: 'AT_TIMESTAMP', timestamp: new Date(openedAtMs + 1_500) }).position).toBe(1);
  });

  it('measures gaps from no time that was trimmed before the retention period grew', () => {
    const { stream, start } = streamWithRecords(0);
    const hour = 3_600_000;
    const now = openedAtMs + 30 * hour;
    stream.settle(now);
    stream.retentionHours = 48;
    const timestamp = new Date(openedAtMs);
    expect(start({ type: 'TRIM_HORIZON' }, now).timeMs).toBe(openedAtMs + 6 * hour);
    expect(start({ type: 'AT_TIMESTAMP', timestamp }, now).timeMs).toBe(openedAtMs + 6 * hour);
  });

  it.each([
    [{ type: 'AT_TIMESTAMP' }, 'Must specify timestampInMillis parameter'],
    [{ type: 'AT_TIMESTAMP', timestamp: new Date(openedAtMs + 60_001) }, 'cannot be greater than'],
    [{ type: 'AT_SEQUENCE_NUMBER' }, 'Must specify startingSequenceNumber parameter'],
    [{ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: '1' }, 'did not come from this stream'],
  ])('refuses %o', (position, message) => {
    const { start } = streamWithRecords(1);
    expect(() => start(position)).toThrow(message);
  });
});
