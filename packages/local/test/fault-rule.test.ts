import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it, vi } from 'vitest';
import type { Fault } from '../src/fault.js';
import { FaultRule } from '../src/fault-rule.js';

const rule = (fault: Fault, injected = () => {}) =>
  new FaultRule({ id: 1, fault, sinceMs: 0, injected, remove: () => {} });
const random = seededRandom(1);
const strikes = (fault: Fault, count: number) => {
  const one = rule(fault);
  return Array.from({ length: count }, () => one.strikes(random));
};

describe('FaultRule', () => {
  it('selects by stream and operation, which may be one, several or none', () => {
    const put = { operation: 'PutRecords', stream: 's' };
    expect(rule({ kind: 'stall' }).selects({ operation: 'Any', stream: undefined })).toBe(true);
    expect(rule({ kind: 'stall', stream: 's' }).selects(put)).toBe(true);
    expect(rule({ kind: 'stall', stream: 'S' }).selects(put)).toBe(false);
    expect(rule({ kind: 'stall', stream: 's' }).selects({ ...put, stream: undefined })).toBe(false);
    expect(rule({ kind: 'stall', operation: 'PutRecords' }).selects(put)).toBe(true);
    expect(rule({ kind: 'stall', operation: 'PutRecord' }).selects(put)).toBe(false);
    expect(rule({ kind: 'stall', operation: ['PutRecord', 'PutRecords'] }).selects(put)).toBe(true);
  });

  it('skips, and is over after its times', () => {
    expect(strikes({ kind: 'stall', skip: 1, times: 2 }, 5)).toEqual([false, true, true, false, false]);
  });

  it('strikes a share', () => {
    const hits = strikes({ kind: 'stall', probability: 0.25 }, 4_000).filter(Boolean);
    expect(hits.length).toBeGreaterThan(900);
    expect(hits.length).toBeLessThan(1_100);
  });

  it('counts what was injected, not what was merely due', () => {
    const injected = vi.fn();
    const one = rule({ kind: 'reshard', stream: 's', change: { split: {} } }, injected);
    expect(one.isDue(random)).toBe(true);
    expect(one.isDue(random)).toBe(true);
    expect(one.planned.injected).toBe(0);
    one.count();
    expect(one.planned.injected).toBe(1);
    expect(injected).toHaveBeenCalledTimes(1);
    expect(one.isDue(random)).toBe(false);
  });
});
