import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { InvalidRecordError, RecordExpiredError } from '../src/errors.js';
import type { Outcomes } from '../src/outcomes.js';
import { SettledEntry } from '../src/settled-entry.js';
import { BatchSink, PutSink } from '../src/sinks.js';
import { makeAccount, uncounted } from './support/batch-accounts.js';
import { aggregate, single } from './support/entries.js';

const landing = { shardId: 'shardId-000000000003', sequenceNumber: '4962' };
const stored = new SettledEntry('tweets', aggregate([{ tag: 1 }, { tag: 2 }]), landing);
const failed = new SettledEntry('tweets', single(), (facts) => new RecordExpiredError(facts, 1));
const refusal = new InvalidRecordError('data', undefined, 'a string or a Uint8Array');

describe('in logs', () => {
  it('shows how many were stored and how many failed, not its insides', () => {
    const sink = new BatchSink(3, uncounted);
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
    const sink = new BatchSink(3, uncounted);
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
    const sink = new BatchSink(4, uncounted);
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

  it('counts what it keeps from when none of its records waits for room, until it is done (P2)', () => {
    const { held, account } = makeAccount();
    const sink = new BatchSink(5, account);
    sink.settle(0, stored, 0);
    sink.refuse(1, refusal);
    expect(held.bytes).toBe(0);
    sink.count();
    const before = held.bytes;
    expect(before).toBeGreaterThan(600 + 150 + 800);
    sink.refuse(2, refusal);
    expect(held.bytes).toBe(before);
    sink.settle(3, failed, 0);
    expect(held.bytes).toBeGreaterThan(before + 2_000);
    sink.settle(4, stored, 1);
    expect(held.bytes).toBe(0);
  });

  it('counts nothing where all are settled before anything could wait', () => {
    const { held, account } = makeAccount();
    const sink = new BatchSink(1, account);
    sink.refuse(0, refusal);
    sink.count();
    expect(held.bytes).toBe(0);
  });

  it('is done at once without records', async () => {
    const outcomes = await new BatchSink(0, uncounted).done;
    expect([...outcomes]).toEqual([]);
  });

  it.each([-1, 2, 0.5])('has no record at %s of 2', async (index) => {
    const sink = new BatchSink(2, uncounted);
    sink.settle(0, stored, 1);
    sink.refuse(1, refusal);
    expect(() => sink.at(index)).toThrow(RangeError);
  });
});
