import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CollectRules, collect, type RequestPart } from '../src/collector.js';
import type { Entry } from '../src/entry.js';
import type { Lane } from '../src/lane.js';
import { RateLimiter } from '../src/rate-limiter.js';
import { aggregate, single, tagsOf } from './support/entries.js';
import { makeLane } from './support/lanes.js';

const entryFacts = fc.record({
  key: fc.nat(3),
  size: fc.oneof({ weight: 9, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.constant(400) }),
  aggregated: fc.boolean(),
  maxCompanions: fc.oneof(
    { weight: 8, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
    fc.integer({ min: 1, max: 4 }),
  ),
});
const laneFacts = fc.record({
  entries: fc.array(entryFacts, { maxLength: 8 }),
  inFlight: fc.nat(1),
  notBeforeMs: fc.constantFrom(0, 0, 0, 900),
  recordsPerSecond: fc.constantFrom(1, 10, 1e9),
  urgent: fc.boolean(),
  dueSinceMs: fc.nat(500),
  ordered: fc.boolean(),
});
const rulesFacts = fc.record({
  maxEntries: fc.integer({ min: 1, max: 12 }),
  maxBytes: fc.integer({ min: 30, max: 300 }),
  collectMs: fc.nat(20),
});
const nowMs = 500;
type EntryFacts = typeof entryFacts extends fc.Arbitrary<infer Value> ? Value : never;
type LaneFacts = typeof laneFacts extends fc.Arbitrary<infer Value> ? Value : never;

function makeEntry({ key, size, aggregated, maxCompanions }: EntryFacts, tag: number): Entry {
  const facts = { partitionKey: `k${key}`, data: 'x'.repeat(size), tag };
  const entry = aggregated ? aggregate([facts, { ...facts, partitionKey: 'other' }]) : single(facts);
  return Object.assign(entry, { maxCompanions });
}

function build({ entries, recordsPerSecond, ordered, ...state }: LaneFacts): Lane {
  const limiter = new RateLimiter({ recordsPerSecond, bytesPerSecond: 1e9, maxShare: 1 }, nowMs);
  const { lane } = makeLane({ limiter, ordered });
  for (const [tag, facts] of entries.entries()) lane.queue.push(makeEntry(facts, tag));
  return Object.assign(lane, state);
}

/** Bounds of a whole request. */
function checkRequest(parts: readonly RequestPart[], rules: CollectRules): void {
  const all = parts.flatMap(({ entries }) => entries);
  const bytes = all.reduce((sum, entry) => sum + entry.bytes, 0);
  expect(all.length).toBeLessThanOrEqual(rules.maxEntries);
  if (all.length !== 1) expect(bytes).toBeLessThanOrEqual(rules.maxBytes);
  for (const entry of all) expect(all.length).toBeLessThanOrEqual(entry.maxCompanions);
  expect(new Set(parts.map(({ lane }) => lane)).size).toBe(parts.length);
}

/** What one lane may send. */
function checkPart({ lane, entries }: RequestPart, { recordsPerSecond, ordered }: LaneFacts): void {
  expect(entries.length).toBeGreaterThan(0);
  expect(lane.maySend).toBe(true);
  expect(lane.notBeforeMs).toBeLessThanOrEqual(nowMs);
  expect(entries.length).toBeLessThanOrEqual(Math.max(1, recordsPerSecond * 0.5));
  if (!ordered) return;
  if (entries.some((entry) => entry.aggregated)) expect(entries).toHaveLength(1);
  expect(new Set(entries.map((entry) => entry.orderKey)).size).toBe(entries.length);
}

it('collect honours every bound of a request, loses nothing, and never idles when something may go', () => {
  const given = fc.array(laneFacts, { maxLength: 6 });
  fc.assert(
    fc.property(given, rulesFacts, fc.nat(1), (facts, rules, inFlight) => {
      const lanes = facts.map(build);
      const before = facts.map(({ entries }) => entries.map((_, tag) => tag));
      const able = lanes.filter((lane) => lane.isDue && lane.maySend && lane.notBeforeMs <= nowMs);
      const waits = lanes.some((lane) => lane.isDue && lane.maySend && lane.notBeforeMs > nowMs);
      const { parts, wakeAtMs } = collect(lanes, nowMs, rules, inFlight);
      checkRequest(parts, rules);
      for (const part of parts) {
        const lane = facts[lanes.indexOf(part.lane)];
        if (lane) checkPart(part, lane);
      }
      if (inFlight === 0 || able.some((lane) => lane.urgent)) expect(parts.length > 0).toBe(able.length > 0);
      if (parts.length === 0) expect(wakeAtMs < Number.POSITIVE_INFINITY).toBe(able.length > 0 || waits);
      expect(wakeAtMs).toBeGreaterThan(nowMs);
      for (const [index, lane] of lanes.entries()) {
        const taken = parts.find((part) => part.lane === lane)?.entries ?? [];
        const tags = new Set([...tagsOf(taken), ...tagsOf(lane.drain('close'))]);
        expect([...tags].sort((one, other) => one - other)).toEqual(before[index]);
      }
    }),
    { numRuns: 500 },
  );
});
