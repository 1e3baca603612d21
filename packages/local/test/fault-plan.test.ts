import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { FaultPlan } from '../src/fault-plan.js';

const call = (operation = 'PutRecords', stream = 's') => ({
  operation,
  stream,
  now: 0,
  random: seededRandom(1),
});

describe('FaultPlan', () => {
  it('injects nothing when it is empty', () => {
    expect(new FaultPlan().draw(call())).toMatchObject({ answer: undefined, latencyMs: 0, reshards: [] });
  });

  it('selects by operation and stream', () => {
    const plan = new FaultPlan([
      { kind: 'stall', operation: ['PutRecord', 'PutRecords'], stream: 's' },
      { kind: 'loseAnswer', operation: 'ListShards' },
    ]);
    expect(plan.draw(call()).answer?.kind).toBe('stall');
    expect(plan.draw(call('PutRecords', 'other')).answer).toBeUndefined();
    expect(plan.draw({ ...call(), stream: undefined }).answer).toBeUndefined();
    expect(plan.draw(call('ListShards', 'other')).answer?.kind).toBe('loseAnswer');
    expect(plan.draw(call('GetRecords')).answer).toBeUndefined();
  });

  it('skips, and stops after its times', () => {
    const plan = new FaultPlan([{ kind: 'stall', skip: 2, times: 3 }]);
    const hits = Array.from({ length: 8 }, () => plan.draw(call()).answer !== undefined);
    expect(hits).toEqual([false, false, true, true, true, false, false, false]);
    expect(plan.counts()).toMatchObject({ stall: 3, reset: 0 });
  });

  it('reshards once unless told', () => {
    const plan = new FaultPlan([{ kind: 'reshard', stream: 's', change: { split: {} }, skip: 1 }]);
    const due = Array.from({ length: 4 }, () => {
      const { reshards } = plan.draw(call());
      for (const reshard of reshards) reshard.count();
      return reshards.length;
    });
    expect(due).toEqual([0, 1, 0, 0]);
    expect(plan.counts().reshard).toBe(1);
  });

  it('keeps a reshard due until it has changed shards', () => {
    const plan = new FaultPlan([{ kind: 'reshard', stream: 's', change: { split: {} } }]);
    expect(plan.draw(call()).reshards).toHaveLength(1);
    expect(plan.counts().reshard).toBe(0);
    plan.draw(call()).reshards[0]?.count();
    expect(plan.draw(call()).reshards).toEqual([]);
    expect(plan.counts().reshard).toBe(1);
  });

  it('falls on a share of the calls, the same ones for a seed', () => {
    const run = () => {
      const plan = new FaultPlan([{ kind: 'stall', probability: 0.3 }]);
      const random = seededRandom(42);
      const hits = Array.from({ length: 2_000 }, () => plan.draw({ ...call(), random }).answer !== undefined);
      expect(plan.counts().stall).toBe(hits.filter(Boolean).length);
      return hits;
    };
    const hits = run();
    expect(hits.filter(Boolean).length).toBeGreaterThan(520);
    expect(hits.filter(Boolean).length).toBeLessThan(680);
    expect(run()).toEqual(hits);
  });

  it('lets the first fault of an answer win, and does not use up the others', () => {
    const plan = new FaultPlan([
      { kind: 'reset', when: 'before', times: 1 },
      { kind: 'stall', times: 1 },
    ]);
    expect(plan.draw(call()).answer?.kind).toBe('reset');
    expect(plan.draw(call()).answer?.kind).toBe('stall');
    expect(plan.draw(call()).answer).toBeUndefined();
  });

  it('adds up latencies, with jitter', () => {
    const plan = new FaultPlan([
      { kind: 'latency', delayMs: 100 },
      { kind: 'latency', delayMs: 10, jitterMs: 50 },
    ]);
    const { latencyMs } = plan.draw(call());
    expect(latencyMs).toBeGreaterThanOrEqual(110);
    expect(latencyMs).toBeLessThan(160);
  });

  it('lists what was added and not removed, each by a number of its own', () => {
    const plan = new FaultPlan([{ kind: 'stall' }, { kind: 'shuffleRecords' }]);
    plan.list()[0]?.remove();
    const added = plan.add({ kind: 'loseAnswer', times: 1 });
    plan.draw(call());
    expect(plan.list().map(({ id, fault, injected }) => [id, fault.kind, injected])).toEqual([
      [2, 'shuffleRecords', 0],
      [3, 'loseAnswer', 1],
    ]);
    expect(added.id).toBe(3);
    expect(() => plan.add({ kind: 'stall', times: 0 })).toThrow('"times"');
    expect(plan.list()).toHaveLength(2);
    plan.clear();
    expect(plan.list()).toEqual([]);
    expect(plan.add({ kind: 'stall' }).id).toBe(4);
  });

  it('can be changed: single faults removed, all cleared, counts kept', () => {
    const plan = new FaultPlan();
    const stall = plan.add({ kind: 'stall' });
    plan.draw(call());
    expect(stall.injected).toBe(1);
    stall.remove();
    expect(plan.draw(call()).answer).toBeUndefined();
    plan.add({ kind: 'loseAnswer' });
    plan.clear();
    expect(plan.draw(call()).answer).toBeUndefined();
    expect(plan.counts()).toMatchObject({ stall: 1, loseAnswer: 0 });
  });

  it('keeps what was added, whatever becomes of the object', () => {
    const plan = new FaultPlan();
    const operation: 'PutRecords'[] = ['PutRecords'];
    const fault = { kind: 'failCall' as const, operation, errorCode: 'Oops', times: 1 };
    const planned = plan.add(fault);
    operation.length = 0;
    Object.assign(fault, { times: -3, errorCode: 'bad\r\nheader' });
    expect(planned.fault).toEqual({
      kind: 'failCall',
      operation: ['PutRecords'],
      errorCode: 'Oops',
      times: 1,
    });
    expect(Object.isFrozen(planned.fault)).toBe(true);
    expect(plan.list()).toEqual([planned]);
    expect(Object.keys(planned)).toEqual(['id', 'fault', 'injected', 'remove']);
  });
});
