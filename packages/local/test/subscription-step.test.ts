import { describe, expect, it } from 'vitest';
import type { Shard } from '../src/shard.js';
import { nextStep, type SubscriptionPlace, type SubscriptionRules } from '../src/subscription-step.js';
import { bareStream } from './support/bare-stream.js';

const rules: SubscriptionRules = {
  bytesPerSecond: 2_097_152,
  idleEventMs: 5_000,
  emptyPageGapMs: 1e9,
  expiresAtMs: 300_000,
};
const start: SubscriptionPlace = { position: 0, timeMs: 0, blockedUntilMs: 0, idleAtMs: 5_000 };

function shardWith(sizes: readonly number[]): Shard {
  const [shard] = bareStream(1).shards as readonly [Shard];
  for (const sizeBytes of sizes)
    shard.append({ data: new Uint8Array(sizeBytes - 1), partitionKey: 'k', arrivalMs: 0, sizeBytes });
  return shard;
}

/** Everything a subscription is sent, and when, by a reader who never waits. */
function play(shard: Shard, untilMs: number, given: Partial<SubscriptionRules> = {}) {
  const sent: { readonly atMs: number; readonly records: number; readonly bytes: number }[] = [];
  let place = start;
  let now = 0;
  for (;;) {
    const step = nextStep(shard, place, { ...rules, ...given }, now);
    if (step.kind === 'over') return { sent, now };
    if (step.kind === 'wait') now = step.untilMs;
    if (now > untilMs) return { sent, now };
    if (step.kind !== 'event') continue;
    const { Records } = step.event;
    const bytes = Records.reduce((sum, { Data }) => sum + (Data?.length ?? 0) + 1, 0);
    sent.push({ atMs: now, records: Records.length, bytes });
    place = step.place;
  }
}

describe('nextStep', () => {
  it('sends up to 1 MiB in an event, and a larger record alone', () => {
    const { sent } = play(shardWith([600_000, 400_000, 600_000, 2_000_000, 10]), 4_000);
    expect(sent.map(({ records }) => records)).toEqual([2, 1, 1, 1]);
  });

  it('sends up to 10,000 records in an event', () => {
    const { sent } = play(shardWith(new Array(10_001).fill(2)), 4_000);
    expect(sent.map(({ records }) => records)).toEqual([10_000, 1]);
  });

  it.each([700, 10_000, 300_000])(
    'sends 2 MiB a second of records of %i bytes, each put as it can be sent',
    (sizeBytes) => {
      const shard = shardWith([]);
      let place = start;
      let now = 0;
      let bytes = 0;
      while (now < 10_000) {
        if (shard.log.end === place.position) {
          shard.append({ data: new Uint8Array(sizeBytes - 1), partitionKey: 'k', arrivalMs: 0, sizeBytes });
        }
        const step = nextStep(shard, place, rules, now);
        if (step.kind === 'wait') now = step.untilMs;
        if (step.kind !== 'event') continue;
        bytes += sizeBytes;
        place = step.place;
      }
      expect(bytes / (now / 1_000) / 2_097_152).toBeCloseTo(1, 2);
    },
  );

  it('catches up at 2 MiB a second', () => {
    const { sent } = play(shardWith(new Array(200).fill(100_000)), 5_000);
    const last = sent.at(-1);
    const bytes = sent.slice(0, -1).reduce((sum, event) => sum + event.bytes, 0);
    expect(sent.length).toBeGreaterThan(5);
    expect(bytes / ((last?.atMs ?? 0) / 1_000) / 2_097_152).toBeCloseTo(1, 3);
  });

  it('sends an event without records when it is due, and is over at its end', () => {
    const { sent, now } = play(shardWith([]), 1e9, { expiresAtMs: 12_000 });
    expect(sent).toEqual([
      { atMs: 5_000, records: 0, bytes: 0 },
      { atMs: 10_000, records: 0, bytes: 0 },
    ]);
    expect(now).toBe(12_000);
  });

  it('ends a closed shard once, without waiting', () => {
    const shard = shardWith([10]);
    shard.close(1_000);
    const step = nextStep(shard, start, rules, 2_000);
    expect(step).toMatchObject({ kind: 'event', event: { Records: [{}], ChildShards: [] } });
  });
});
