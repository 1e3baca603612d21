import { describe, expect, it, test } from 'vitest';
import { RecordExpiredError } from '../src/errors.js';
import type { PutResult } from '../src/outcomes.js';
import { type FailureOf, SettledEntry } from '../src/settled-entry.js';
import { attempt } from './support/attempts.js';
import { aggregate, single, textOf } from './support/entries.js';

const landing = { shardId: 'shardId-000000000003', sequenceNumber: '4962' };
const expired: FailureOf = (facts) => new RecordExpiredError(facts, 500);
const members = () =>
  aggregate([
    { partitionKey: 'a', data: 'one' },
    { partitionKey: 'b', data: 'two' },
  ]);

describe('SettledEntry, stored', () => {
  it('gives every record its place inside the aggregate (P1)', () => {
    const entry = members();
    entry.attempted(attempt(10, 20));
    const settled = new SettledEntry('tweets', entry, landing);
    expect(settled.length).toBe(2);
    expect([...settled]).toEqual([
      { index: 0, stored: true, result: { ...landing, subSequenceNumber: 0, attempts: entry.attempts } },
      { index: 1, stored: true, result: { ...landing, subSequenceNumber: 1, attempts: entry.attempts } },
    ]);
    expect([...settled.failures()]).toEqual([]);
    expect(settled.failure).toBeUndefined();
  });

  it('gives a record that was sent alone the place 0', () => {
    const outcome = new SettledEntry('tweets', single(), landing).at(0);
    expect(outcome).toMatchObject({ stored: true, result: { subSequenceNumber: 0 } });
  });

  it('says how many attempts are left out, and lets nobody change the others', () => {
    const entry = failedOften(8);
    entry.attempted(attempt(8, 9));
    const outcome = new SettledEntry('tweets', entry, landing).at(0);
    const result = outcome.stored ? outcome.result : expect.unreachable();
    expect(result).toMatchObject({ attemptsLeftOut: 3, attempts: entry.attempts });
    expect(result.attempts).toHaveLength(6);
    expect(Object.isFrozen(result.attempts)).toBe(true);
    expect(new SettledEntry('tweets', single(), landing).at(0)).not.toHaveProperty('result.attemptsLeftOut');
  });

  it('hands a result to a promise', () => {
    const results: PutResult[] = [];
    new SettledEntry('tweets', members(), landing).deliver(
      1,
      (result) => results.push(result),
      () => expect.unreachable(),
    );
    expect(results).toEqual([{ ...landing, subSequenceNumber: 1, attempts: [] }]);
  });
});

function failureOf(settled: SettledEntry, index: number): RecordExpiredError {
  const outcome = settled.at(index);
  return outcome.stored ? expect.unreachable() : (outcome.error as RecordExpiredError);
}

function failedOften(times: number) {
  const entry = single();
  for (let at = 0; at < times; at += 1) entry.attempted(attempt(at, at), { name: 'InternalFailure' });
  return entry;
}

describe('SettledEntry, failed', () => {
  it('makes an error for every record, from which it can be read back (P1)', () => {
    const entry = members();
    entry.attempted(attempt(10, 20), { name: 'InternalFailure' });
    entry.mayBeStored = true;
    const settled = new SettledEntry('tweets', entry, expired);
    expect(settled.failure?.code).toBe('RECORD_EXPIRED');
    const outcomes = [...settled.failures()];
    expect(outcomes).toEqual([...settled]);
    expect(outcomes.map(({ index }) => index)).toEqual([0, 1]);
    const errors = outcomes.map(({ error }) => error as RecordExpiredError);
    for (const error of errors) {
      expect(error).toMatchObject({ stream: 'tweets', mayBeStored: true, attempts: entry.attempts });
    }
    expect(errors.map(({ record }) => [record.partitionKey, textOf(record.data)])).toEqual([
      ['a', 'one'],
      ['b', 'two'],
    ]);
  });

  it('makes one error for a lone record, whose code it is, and gives it to whoever asks', () => {
    let made = 0;
    const counted: FailureOf = (facts) => {
      made += 1;
      return expired(facts);
    };
    const settled = new SettledEntry('tweets', single(), counted);
    expect([settled.failure?.code, made]).toEqual(['RECORD_EXPIRED', 1]);
    const errors: unknown[] = [];
    const deliver = () =>
      settled.deliver(
        0,
        () => expect.unreachable(),
        (error) => errors.push(error),
      );
    deliver();
    expect([settled.failure?.code, made]).toEqual(['RECORD_EXPIRED', 1]);
    deliver();
    expect(made).toBe(1);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toBe(errors[1]);
    expect(settled.at(0)).toMatchObject({ error: errors[0] });
  });

  it('has one error for each record, however often it is asked', () => {
    const settled = new SettledEntry('tweets', members(), expired);
    const errorAt = (index: number) => failureOf(settled, index);
    expect(errorAt(1)).toBe(errorAt(1));
    expect(errorAt(0)).not.toBe(errorAt(1));
    expect([...settled.failures()].map(({ error }) => error)).toStrictEqual([errorAt(0), errorAt(1)]);
    expect([...settled.failures()][1]?.error).toBe(errorAt(1));
  });

  it('says how many attempts are left out, and lets nobody change the others', () => {
    const entry = failedOften(9);
    const error = failureOf(new SettledEntry('tweets', entry, expired), 0);
    expect(error).toMatchObject({ attemptsLeftOut: 3, attempts: entry.attempts });
    expect(error.message).toContain('after 500 ms and 9 attempts');
    expect(Object.isFrozen(error.attempts)).toBe(true);
  });

  it('hands an error to a promise', () => {
    const errors: unknown[] = [];
    new SettledEntry('tweets', members(), expired).deliver(
      1,
      () => expect.unreachable(),
      (error) => errors.push(error),
    );
    expect(errors).toMatchObject([{ code: 'RECORD_EXPIRED', record: { partitionKey: 'b' } }]);
  });

  it('decodes the aggregate once, however many records are read back', () => {
    const entry = members();
    let decoded = 0;
    const records = entry.records.bind(entry);
    entry.records = () => {
      decoded += 1;
      return records();
    };
    const errors = [...new SettledEntry('tweets', entry, expired)].map((outcome) =>
      outcome.stored ? undefined : (outcome.error as RecordExpiredError),
    );
    expect(decoded).toBe(0);
    expect(errors.map((error) => error?.record.partitionKey)).toEqual(['a', 'b']);
    expect(decoded).toBe(1);
  });
});

describe('SettledEntry.at', () => {
  it.each([-1, 2, 0.5, Number.NaN])('has no record at %s of 2, stored or failed', (index) => {
    expect(() => new SettledEntry('tweets', members(), landing).at(index)).toThrow(RangeError);
    expect(() => new SettledEntry('tweets', members(), expired).at(index)).toThrow(RangeError);
  });
});

test('P2: whoever keeps it first is told what that costs, and who lets go of it last', () => {
  const settled = new SettledEntry('tweets', members(), landing);
  const bytes = settled.keep();
  expect(bytes).toBeGreaterThan(150);
  expect([settled.keep(), settled.letGo(), settled.keep(), settled.letGo()]).toEqual([0, 0, 0, 0]);
  expect(settled.letGo()).toBe(bytes);
});

test('P2: what has failed costs its data and its history too', () => {
  const costOf = (data: string, failures: number) => {
    const entry = single({ data });
    for (let at = 0; at < failures; at += 1)
      entry.attempted(attempt(at, at), { name: 'InternalFailure', message: '' });
    return new SettledEntry('tweets', entry, expired).keep();
  };
  expect(costOf('x'.repeat(1_001), 1) - costOf('x', 1)).toBe(1_000);
  expect(costOf('x', 3)).toBeGreaterThan(costOf('x', 1));
  expect(costOf('x', 1)).toBeGreaterThan(2_000);
});
