import { FaultPlan } from '@shardline/local';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultPlans } from '../src/fault-plans.js';

describe('faultPlans', () => {
  test('are plans that a local Kinesis takes', () => {
    fc.assert(fc.property(faultPlans({ stream: 'stream' }), (faults) => void new FaultPlan(faults)));
  });

  test('hold every kind of fault', () => {
    const kinds = (options = {}) =>
      new Set(
        fc
          .sample(faultPlans(options), { numRuns: 500, seed: 1 })
          .flatMap((plan) => plan.map(({ kind }) => kind)),
      );
    const known = Object.keys(new FaultPlan().counts());
    expect([...kinds({ stream: 'stream' })].sort()).toEqual(known.sort());
    expect([...kinds()].sort()).toEqual(known.filter((kind) => kind !== 'reshard').sort());
    expect([...kinds({ kinds: ['stall', 'reshard'] })]).toEqual(['stall']);
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
