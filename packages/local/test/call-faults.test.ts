import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { FaultPlan } from '../src/fault-plan.js';
import { bareStream } from './support/bare-stream.js';

const stream = bareStream(1);
const call = (now = 0) => ({ operation: 'GetRecords', stream: undefined, now, random: seededRandom(1) });

describe('the faults of a call', () => {
  it('refuse records and reads of the shards they name, for a time', () => {
    const plan = new FaultPlan([
      { kind: 'throttleShard', shardId: 'a', forMs: 1_000 },
      { kind: 'failRecord', stream: stream.name, shardId: 'b', errorCode: 'X', errorText: 'No.' },
      { kind: 'throttleShard', access: 'read', stream: 'another' },
    ]);
    const { refusal } = plan.draw(call());
    expect(refusal('write', stream, 'a')).toBe('throttled');
    expect(refusal('read', stream, 'a')).toBeUndefined();
    expect(refusal('write', stream, 'b')).toEqual({ code: 'X', message: 'No.' });
    expect(refusal('write', stream, 'c')).toBeUndefined();
    expect(refusal('read', stream, 'c')).toBeUndefined();
    expect(plan.draw(call(999)).refusal('write', stream, 'a')).toBe('throttled');
    expect(plan.draw(call(1_000)).refusal('write', stream, 'a')).toBeUndefined();
    expect(plan.counts()).toMatchObject({ throttleShard: 2, failRecord: 1 });
  });

  it('are those of the stream that the operation finds, whatever the call named', () => {
    const plan = new FaultPlan([
      { kind: 'staleListShards', ageMs: 5, stream: stream.name },
      { kind: 'staleListShards', ageMs: 9, stream: 'another' },
      { kind: 'shuffleRecords', stream: stream.name },
    ]);
    const faults = plan.draw(call());
    expect(faults.listingAgeMs(stream)).toBe(5);
    const order = faults.recordOrder(stream, 50) ?? [];
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(50);
  });

  it('kill iterators that are older than they may be, and count only those', () => {
    const plan = new FaultPlan([
      { kind: 'expireIterator', lifeMs: 1_000, shardId: 'a', skip: 1, times: 2 },
      { kind: 'expireIterator', lifeMs: 5_000, stream: stream.name },
    ]);
    const life = (shardId: string, ageMs: number) => plan.draw(call()).iteratorLifeMs(stream, shardId, ageMs);
    const unharmed = Number.POSITIVE_INFINITY;
    expect(life('a', 1_000)).toBe(unharmed);
    expect(life('b', 2_000)).toBe(unharmed);
    expect(plan.counts().expireIterator).toBe(0);
    expect([life('a', 1_001), life('a', 1_001), life('a', 1_001), life('a', 1_001)]).toEqual([
      unharmed,
      1_000,
      1_000,
      unharmed,
    ]);
    expect(life('b', 5_001)).toBe(5_000);
    expect(plan.counts().expireIterator).toBe(3);
    expect(plan.list().map(({ injected }) => injected)).toEqual([2, 1]);
  });

  it('end within the call when they are removed', () => {
    const plan = new FaultPlan();
    const fault = plan.add({ kind: 'throttleShard' });
    const { refusal } = plan.draw(call());
    expect(refusal('write', stream, 'a')).toBe('throttled');
    fault.remove();
    expect(refusal('write', stream, 'a')).toBeUndefined();
  });
});
