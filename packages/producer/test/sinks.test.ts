import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { InvalidRecordError, RecordExpiredError } from '../src/errors.js';
import type { Outcomes } from '../src/outcomes.js';
import { SettledEntry } from '../src/settled-entry.js';
import { BatchSink, PutSink } from '../src/sinks.js';
import { aggregate, single } from './support/entries.js';

const landing = { shardId: 'shardId-000000000003', sequenceNumber: '4962' };
const stored = new SettledEntry('tweets', aggregate([{ tag: 1 }, { tag: 2 }]), landing);
const failed = new SettledEntry('tweets', single(), (facts) => new RecordExpiredError(facts, 1));
const refusal = new InvalidRecordError('data', undefined, 'a string or a Uint8Array');

const endOf = (records: number) =>
  new SettledEntry('tweets', aggregate(Array.from({ length: records }, (_, tag) => ({ tag }))), landing);

/** What a gate would be told to hold. */
function account() {
  const held = { bytes: 0 };
  const hold = (deltaBytes: number) => {
    held.bytes += deltaBytes;
  };
  return { held, hold };
}

describe('in logs', () => {
  it('shows how many were stored and how many failed, not its insides', () => {
    const sink = new BatchSink(3, () => {});
    sink.settle(0, stored, 0);
    sink.settle(1, failed, 0);
    sink.refuse(2, refusal);
    expect(inspect(sink)).toBe('{ outcomes: 3, stored: 1, failed: 2 }');
    expect(inspect(stored)).toBe('{ outcomes: 2, stored: 2, failed: 0 }');
  });
});

describe('PutSink', () => {
  it('resolves with where the record is stored', async () => {
    const sink = new PutSink();
    sink.settle(0, stored, 1);
    await expect(sink.result).resolves.toEqual({ ...landing, subSequenceNumber: 1, attempts: [] });
  });

  it('rejects with why the record was not stored', async () => {
    const sink = new PutSink();
    sink.settle(0, failed, 0);
    await expect(sink.result).rejects.toMatchObject({ code: 'RECORD_EXPIRED' });
  });

  it('rejects with why the record was not accepted', async () => {
    const sink = new PutSink();
    sink.refuse(0, refusal);
    await expect(sink.result).rejects.toBe(refusal);
  });
});

describe('BatchSink', () => {
  it('is done when the last of its records is, whatever their order', async () => {
    const sink = new BatchSink(3, () => {});
    let done: Outcomes | undefined;
    void sink.done.then((outcomes) => {
      done = outcomes;
    });
    sink.settle(2, stored, 0);
    sink.refuse(0, refusal);
    await Promise.resolve();
    expect(done).toBeUndefined();
    sink.settle(1, failed, 0);
    await Promise.resolve();
    expect(done).toBe(sink);
  });

  it('gives an outcome for each record at its own place, not at its place in the entry', async () => {
    const sink = new BatchSink(4, () => {});
    sink.settle(3, stored, 0);
    sink.settle(0, stored, 1);
    sink.settle(1, failed, 0);
    sink.refuse(2, refusal);
    const outcomes = await sink.done;
    expect(outcomes.length).toBe(4);
    expect([...outcomes]).toMatchObject([
      { index: 0, stored: true, result: { subSequenceNumber: 1 } },
      { index: 1, stored: false, error: { code: 'RECORD_EXPIRED' } },
      { index: 2, stored: false, error: refusal },
      { index: 3, stored: true, result: { subSequenceNumber: 0 } },
    ]);
    expect([...outcomes.failures()].map(({ index }) => index)).toEqual([1, 2]);
    expect(outcomes.at(2)).toEqual({ index: 2, stored: false, error: refusal });
  });

  it('counts what it keeps once none of its records waits for room, until it is done (P2)', () => {
    const { held, hold } = account();
    const sink = new BatchSink(500, hold);
    const end = endOf(2);
    sink.settle(0, end, 0);
    sink.settle(1, end, 1);
    sink.refuse(2, refusal);
    expect(held.bytes).toBe(0);
    sink.count();
    // Its 500 slots of 16 bytes, its promise, an outcome and an error.
    expect(held.bytes).toBeGreaterThan(8_000 + 400 + 150 + 800);
    const before = held.bytes;
    sink.refuse(3, refusal);
    expect(held.bytes).toBe(before);
    sink.refuse(4, new InvalidRecordError('data', 1, 'text'));
    const refused = held.bytes - before;
    sink.settle(5, endOf(1), 0);
    expect([refused, held.bytes - before - refused].map((bytes) => bytes > 150)).toEqual([true, true]);
    for (let tag = 6; tag < 500; tag += 1) sink.settle(tag, end, 0);
    expect(held.bytes).toBe(0);
  });

  it('counts what others keep too once, until the last of them is done (P2)', () => {
    const { held, hold } = account();
    const [first, second] = [new BatchSink(2, hold), new BatchSink(2, hold)];
    first.count();
    second.count();
    const own = held.bytes;
    const end = endOf(2);
    first.settle(0, end, 0);
    const counted = held.bytes - own;
    second.settle(0, end, 1);
    expect([counted > 150, held.bytes - own]).toEqual([true, counted]);
    first.refuse(1, refusal);
    expect(held.bytes).toBe(own / 2 + counted);
    second.refuse(1, refusal);
    expect(held.bytes).toBe(0);
  });

  it('counts nothing where all are settled before anything could wait', () => {
    const { held, hold } = account();
    const sink = new BatchSink(1, hold);
    sink.refuse(0, refusal);
    sink.count();
    expect(held.bytes).toBe(0);
  });

  it('is done at once without records', async () => {
    const outcomes = await new BatchSink(0, () => {}).done;
    expect([...outcomes]).toEqual([]);
  });

  it.each([-1, 2, 0.5])('has no record at %s of 2', async (index) => {
    const sink = new BatchSink(2, () => {});
    sink.settle(0, stored, 1);
    sink.refuse(1, refusal);
    expect(() => sink.at(index)).toThrow(RangeError);
  });
});
