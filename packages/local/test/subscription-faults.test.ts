import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../src/fault.js';
import { FaultPlan } from '../src/fault-plan.js';
import { bareStream } from './support/bare-stream.js';

const stream = bareStream(1);
const random = seededRandom(5);
/** What a subscription meets that begins under the plan. */
const begin = (plan: FaultPlan, shardId = 'shard-a', consumer = 'c') =>
  plan
    .draw({ operation: 'SubscribeToShard', stream: undefined, now: 0, random })
    .subscription(stream, shardId, consumer);
const slow: Fault = { kind: 'slowSubscription', delayMs: 100 };

describe('the faults of a subscription', () => {
  it('are none without a plan', () => {
    const { end, delayMs } = begin(new FaultPlan([{ kind: 'stall' }]));
    expect(end).toBeUndefined();
    expect(delayMs()).toBe(0);
  });

  it('slow every event down, together, with jitter drawn anew, and count once', () => {
    const plan = new FaultPlan([slow, { kind: 'slowSubscription', delayMs: 10, jitterMs: 50 }]);
    const { delayMs, end } = begin(plan);
    const delays = Array.from({ length: 20 }, () => delayMs());
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(110);
    expect(Math.max(...delays)).toBeLessThan(160);
    expect(new Set(delays).size).toBeGreaterThan(10);
    expect(end).toBeUndefined();
    expect(plan.counts().slowSubscription).toBe(2);
  });

  it.each<[Fault, object]>([
    [{ kind: 'stallSubscription' }, { afterEvents: 0, what: 'stall' }],
    [
      { kind: 'cutSubscription', how: 'goaway', afterEvents: 3 },
      { afterEvents: 3, what: { cut: 'goaway' } },
    ],
    [
      { kind: 'failSubscription', errorCode: 'KMSThrottlingException', errorText: 'Slow.', afterEvents: 2 },
      { afterEvents: 2, what: { refusal: { code: 'KMSThrottlingException', message: 'Slow.' } } },
    ],
    [
      { kind: 'failSubscription', errorCode: 'InternalFailureException' },
      {
        afterEvents: 0,
        what: {
          refusal: { code: 'InternalFailureException', message: 'InternalFailureException, injected.' },
        },
      },
    ],
  ])('end it: %j', (fault, end) => {
    const plan = new FaultPlan([fault]);
    expect(begin(plan).end).toEqual(end);
    expect(plan.counts()[fault.kind]).toBe(1);
  });

  it('let the first end that applies win, beside any delay, and do not use up the others', () => {
    const plan = new FaultPlan([
      { kind: 'cutSubscription', how: 'fin', skip: 1, times: 1 },
      slow,
      { kind: 'stallSubscription', times: 2 },
      { kind: 'failSubscription', errorCode: 'X' },
    ]);
    const ends = Array.from({ length: 4 }, () => {
      const { end, delayMs } = begin(plan);
      expect(delayMs()).toBe(100);
      return end?.what;
    });
    const failed = { refusal: { code: 'X', message: 'X, injected.' } };
    expect(ends).toEqual(['stall', { cut: 'fin' }, 'stall', failed]);
    expect(plan.counts()).toMatchObject({
      cutSubscription: 1,
      stallSubscription: 2,
      failSubscription: 1,
      slowSubscription: 4,
    });
  });

  it('fall on the stream, the shard and the consumer that they name', () => {
    const plan = new FaultPlan([
      { kind: 'slowSubscription', delayMs: 1, shardId: 'shard-a' },
      { kind: 'slowSubscription', delayMs: 2, consumer: 'c' },
      { kind: 'slowSubscription', delayMs: 4, stream: stream.name },
      { kind: 'slowSubscription', delayMs: 8, stream: 'another' },
    ]);
    expect(begin(plan, 'shard-a', 'c').delayMs()).toBe(7);
    expect(begin(plan, 'shard-b', 'c').delayMs()).toBe(6);
    expect(begin(plan, 'shard-a', 'd').delayMs()).toBe(5);
    expect(begin(plan, 'shard-b', 'd').delayMs()).toBe(4);
    expect(plan.counts().slowSubscription).toBe(2 + 2 + 4);
  });

  it('fall on a share of them', () => {
    const plan = new FaultPlan([{ kind: 'stallSubscription', probability: 0.5 }]);
    const ended = Array.from({ length: 1_000 }, () => begin(plan).end !== undefined).filter(Boolean).length;
    expect(ended).toBeGreaterThan(420);
    expect(ended).toBeLessThan(580);
    expect(plan.counts().stallSubscription).toBe(ended);
  });

  it('are over for a running subscription when they are removed', () => {
    const plan = new FaultPlan();
    const [delay, cut] = [slow, { kind: 'cutSubscription', how: 'end', afterEvents: 9 } as const].map(
      (fault) => plan.add(fault),
    );
    const running = begin(plan);
    delay?.remove();
    expect(running.delayMs()).toBe(0);
    expect(running.end?.afterEvents).toBe(9);
    cut?.remove();
    expect(running.end).toBeUndefined();
    expect([delay?.injected, cut?.injected]).toEqual([1, 1]);
  });
});
