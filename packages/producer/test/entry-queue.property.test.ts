import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AbortableSink } from '../src/abortable-sink.js';
import type { Entry } from '../src/entry.js';
import { EntryQueue } from '../src/entry-queue.js';
import type { Sink } from '../src/sink.js';
import { BatchSink } from '../src/sinks.js';
import { attempt } from './support/attempts.js';
import { uncounted } from './support/batch-accounts.js';
import { aggregate, single, tagsOf } from './support/entries.js';

interface EntryFacts {
  readonly key: number;
  readonly size: number;
  readonly aggregated: boolean;
  readonly maxCompanions: number;
  /** The call with a signal that it is for; 0: for one without. */
  readonly call: number;
  readonly sent: boolean;
  readonly putAtMs: number;
}

interface TakeFacts {
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly ordered: boolean;
  readonly tokens: number;
  readonly taken: number;
}

const entryFacts: fc.Arbitrary<EntryFacts> = fc.record({
  key: fc.nat(4),
  size: fc.nat(40),
  aggregated: fc.boolean(),
  maxCompanions: fc.oneof(
    { weight: 4, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
    fc.integer({ min: 1, max: 6 }),
  ),
  call: fc.nat(4),
  sent: fc.boolean(),
  putAtMs: fc.nat(1_000),
});
const takeFacts: fc.Arbitrary<TakeFacts> = fc.record({
  maxEntries: fc.integer({ min: 0, max: 8 }),
  maxBytes: fc.nat(250),
  ordered: fc.boolean(),
  tokens: fc.nat(10),
  taken: fc.nat(3),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ push: entryFacts }) },
  { weight: 1, arbitrary: fc.record({ unshift: fc.array(entryFacts, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ take: takeFacts }) },
  {
    weight: 1,
    arbitrary: fc.record({ abort: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }) }),
  },
  // All that was put before the time, as it stands at the head.
  { weight: 1, arbitrary: fc.record({ takeBeforeMs: fc.nat(1_000) }) },
  { weight: 1, arbitrary: fc.record({ takePutByMs: fc.nat(1_000) }) },
);
/** Many alike: a hot key, and so much that what was taken leaves more empty places than the queue lets stand. */
const flood = fc.record({
  flood: entryFacts.map((facts) => ({
    ...facts,
    aggregated: false,
    maxCompanions: Number.POSITIVE_INFINITY,
  })),
  count: fc.integer({ min: 2_010, max: 2_200 }),
});
type Step =
  | (typeof step extends fc.Arbitrary<infer One> ? One : never)
  | (typeof flood extends fc.Arbitrary<infer One> ? One : never);

const newSink = () => new AbortableSink(new BatchSink(1_000, uncounted), 1_000);

/** A call gets a new sink when its signal has fired; the old one. */
function replace(sinks: (Sink | undefined)[], call: number): Sink {
  const fired = sinks[call] as Sink;
  sinks[call] = newSink();
  return fired;
}

function makeEntry(
  { key, size, aggregated, maxCompanions, sent, putAtMs }: EntryFacts,
  tag: number,
  sink?: Sink,
): Entry {
  const facts = { partitionKey: `k${key}`, data: 'x'.repeat(size), tag, putAtMs, ...(sink && { sink }) };
  const entry = aggregated ? aggregate([facts, { ...facts, partitionKey: 'other' }]) : single(facts);
  entry.maxCompanions = maxCompanions;
  if (sent) entry.attempted(attempt(0, 1), { name: 'InternalFailure' });
  return entry;
}

function checkSizes(queue: EntryQueue, model: readonly Entry[]): void {
  expect(queue.length).toBe(model.length);
  expect(queue.bytes).toBe(model.reduce((sum, entry) => sum + entry.bytes, 0));
  expect(queue.first).toBe(model[0]);
  const oldestPutAtMs = model.reduce(
    (oldestMs, { members }) => Math.min(oldestMs, members.oldestPutAtMs),
    Number.POSITIVE_INFINITY,
  );
  expect(queue.oldestPutAtMs).toBe(oldestPutAtMs);
}

/** Withdraws what waits by itself for `sinks`; what is left. */
function withdraw(queue: EntryQueue, before: readonly Entry[], sinks: ReadonlySet<Sink>): readonly Entry[] {
  const isLone = ({
    aggregated,
    attempts,
    members: {
      sinks: [sink],
    },
  }: Entry) => !aggregated && attempts.length === 0 && sink !== undefined && sinks.has(sink);
  expect(queue.takeLone(sinks)).toEqual(before.filter(isLone));
  return before.filter((entry) => !isLone(entry));
}

/** Takes out what was put before `atMs`, as it stands at the head; what is left. */
function takeBefore(queue: EntryQueue, before: readonly Entry[], atMs: number): readonly Entry[] {
  const isWanted = ({ members }: Entry) => members.oldestPutAtMs < atMs;
  const end = before.findIndex((entry) => !isWanted(entry));
  const wanted = end < 0 ? before : before.slice(0, end);
  expect(queue.takeWhile(isWanted)).toEqual(wanted);
  return before.slice(wanted.length);
}

/** Takes out up to the last one that was put by `atMs`; what is left. */
function takePutBy(queue: EntryQueue, before: readonly Entry[], atMs: number): readonly Entry[] {
  const last = before.findLastIndex(({ members }) => members.oldestPutAtMs <= atMs);
  expect(queue.takePutBy(atMs)).toEqual(before.slice(0, last + 1));
  return before.slice(last + 1);
}

/** Checks one run against the entries that stood in the queue before, in order. */
function checkRun(before: readonly Entry[], run: readonly Entry[], facts: TakeFacts): void {
  const bytes = run.reduce((sum, entry) => sum + entry.bytes, 0);
  expect(run.length).toBeLessThanOrEqual(Math.min(facts.maxEntries, facts.tokens));
  expect(bytes).toBeLessThanOrEqual(facts.maxBytes);
  for (const entry of run) expect(facts.taken + run.length).toBeLessThanOrEqual(entry.maxCompanions);
  const places = run.map((entry) => before.indexOf(entry));
  expect(places).toEqual([...places].sort((one, other) => one - other));
  if (facts.ordered) checkOrder(before, run, places);
  else expect(places).toEqual(run.map((_, place) => place));
  const [first] = before;
  const mayGo =
    first !== undefined &&
    Math.min(facts.maxEntries, facts.tokens) > 0 &&
    first.bytes <= facts.maxBytes &&
    first.maxCompanions > facts.taken;
  expect(run.length > 0).toBe(mayGo);
}

/** P3: nothing passes an earlier entry that may hold its key, and no two of a key go together. */
function checkOrder(before: readonly Entry[], run: readonly Entry[], places: readonly number[]): void {
  if (run.some((entry) => entry.aggregated)) expect(run).toHaveLength(1);
  expect(new Set(run.map((entry) => entry.orderKey)).size).toBe(run.length);
  run.forEach((entry, index) => {
    const wronged = before
      .slice(0, places[index])
      .filter((earlier) => !run.includes(earlier))
      .filter((earlier) => earlier.aggregated || entry.aggregated || earlier.orderKey === entry.orderKey);
    expect(wronged).toEqual([]);
  });
}

/** Takes the steps one by one, with a queue and with a list beside it. */
function play(all: readonly Step[]): void {
  const queue = new EntryQueue();
  let model: readonly Entry[] = [];
  let tag = 0;
  const sinks = [undefined, newSink(), newSink(), newSink(), newSink()];
  const make = (facts: EntryFacts) => makeEntry(facts, tag++, sinks[facts.call]);
  const push = (entries: readonly Entry[]) => {
    for (const entry of entries) queue.push(entry);
    model = [...model, ...entries];
  };
  for (const next of all) {
    if ('push' in next) push([make(next.push)]);
    else if ('flood' in next) push(Array.from({ length: next.count }, () => make(next.flood)));
    else if ('unshift' in next) {
      const entries = next.unshift.map(make);
      queue.unshift(entries);
      model = [...entries, ...model];
    } else if ('abort' in next) {
      model = withdraw(queue, model, new Set(next.abort.map((call) => replace(sinks, call))));
    } else if ('takePutByMs' in next) model = takePutBy(queue, model, next.takePutByMs);
    else if ('takeBeforeMs' in next) model = takeBefore(queue, model, next.takeBeforeMs);
    else {
      let { tokens } = next.take;
      const run = queue.takeRun({ ...next.take, admit: () => tokens-- > 0 });
      checkRun(model, run, next.take);
      model = model.filter((entry) => !run.includes(entry));
    }
    checkSizes(queue, model);
  }
  expect(tagsOf(queue.drain())).toEqual(tagsOf(model));
}

it('conserves entries and the order of each key, and a run never exceeds its limits', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60, size: 'medium' }), play), { numRuns: 150 });
});

it('does so with thousands of entries of one key', () => {
  const few = fc.array(step, { maxLength: 6 });
  const more = fc.array(step, { minLength: 4, maxLength: 12, size: 'medium' });
  const property = fc.property(few, flood, more, (before, many, after) => play([...before, many, ...after]));
  fc.assert(property, { numRuns: 40 });
});
