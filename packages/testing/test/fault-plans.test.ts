import { type Fault, FaultPlan, type KinesisOperation } from '@shardline/local';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FaultPlansOptions, faultPlans } from '../src/fault-plans.js';

describe('faultPlans', () => {
  test('are plans that a local Kinesis takes', () => {
    fc.assert(fc.property(faultPlans({ stream: 'stream' }), (faults) => void new FaultPlan(faults)));
  });

  const kinds = (options: FaultPlansOptions = {}) =>
    fc
      .sample(faultPlans(options), { numRuns: 500, seed: 1 })
      .flatMap((plan) => plan.map(({ kind }) => kind))
      .reduce(
        (counts, kind) => counts.set(kind, (counts.get(kind) ?? 0) + 1),
        new Map<Fault['kind'], number>(),
      );
  const sorted = (found: ReturnType<typeof kinds>) => [...found.keys()].sort();
  const onSubscriptions = [
    'cutSubscription',
    'failSubscription',
    'slowSubscription',
    'stallSubscription',
  ] as const;
  const known = Object.keys(new FaultPlan().counts()) as Fault['kind'][];

  test('hold every kind of fault where every operation is called', () => {
    const operations = ['PutRecords', 'GetRecords', 'ListShards', 'SubscribeToShard'] as const;
    expect(sorted(kinds({ stream: 'stream', operations }))).toEqual(known.sort());
    expect(sorted(kinds({ operations }))).toEqual(known.filter((kind) => kind !== 'reshard').sort());
  });

  test('hold no fault that can strike none of the operations, each of the others as often', () => {
    const producing = kinds({ stream: 'stream' });
    const reading: readonly Fault['kind'][] = ['expireIterator', ...onSubscriptions];
    expect(sorted(producing)).toEqual(known.filter((kind) => !reading.includes(kind)).sort());
    const counts = [...producing.values()];
    expect(Math.min(...counts) * 2).toBeGreaterThan(Math.max(...counts));

    const anyCall = ['failCall', 'latency', 'loseAnswer', 'reset', 'stall'] as const;
    expect(sorted(kinds({ operations: ['GetRecords'] }))).toEqual(
      [...anyCall, 'expireIterator', 'throttleShard'].sort(),
    );
    expect(sorted(kinds({ operations: ['SubscribeToShard'] }))).toEqual(
      [...anyCall, ...onSubscriptions].sort(),
    );
    expect(sorted(kinds({ operations: ['DescribeStreamSummary'] }))).toEqual([...anyCall]);
    expect(sorted(kinds({ operations: ['PutRecord'] }))).toEqual(
      [...anyCall, 'failRecord', 'storeLate', 'throttleShard'].sort(),
    );
  });

  test('hold the kinds asked for, whatever they can strike', () => {
    expect(sorted(kinds({ kinds: ['stall', 'reshard'] }))).toEqual(['stall']);
    expect(sorted(kinds({ kinds: ['expireIterator'] }))).toEqual(['expireIterator']);
  });

  test('throttle what is done, and store late what is called', () => {
    const plans = (operations: readonly KinesisOperation[]) =>
      fc
        .sample(faultPlans({ operations, kinds: ['throttleShard', 'storeLate'] }), { numRuns: 200, seed: 1 })
        .flat();
    const members = (operations: readonly KinesisOperation[]) =>
      new Set(
        plans(operations).map((fault) => {
          if (fault.kind === 'throttleShard') return fault.access;
          return fault.kind === 'storeLate' ? fault.operation : undefined;
        }),
      );
    expect(members(['GetRecords', 'PutRecord'])).toEqual(new Set(['read', 'write', 'PutRecord']));
    expect(members(['GetRecords', 'PutRecords'])).toEqual(new Set(['read', 'write', 'PutRecords']));
    expect(members(['PutRecords'])).toEqual(new Set(['write', 'PutRecords']));
    expect(members(['GetRecords'])).toEqual(new Set(['read', 'PutRecord', 'PutRecords']));
  });

  test('end: every fault is over after a few calls', () => {
    const plans = fc.sample(faultPlans({ stream: 'stream', maxFaults: 3 }), { numRuns: 300, seed: 1 });
    expect(Math.max(...plans.map(({ length }) => length))).toBe(3);
    for (const { skip = 0, times = Number.POSITIVE_INFINITY } of plans.flat()) {
      expect(skip + times).toBeLessThanOrEqual(20);
    }
  });

  test('fall on the operations asked for', () => {
    const plans = fc.sample(faultPlans({ operations: ['GetRecords'], kinds: ['reset', 'failCall'] }), 300);
    const operations = plans.flat().map((fault) => ('operation' in fault ? fault.operation : undefined));
    expect([...new Set(operations)]).toEqual(['GetRecords']);
  });
});
