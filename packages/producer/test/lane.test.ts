import { describe, expect, it, vi } from 'vitest';
import { Gate } from '../src/gate.js';
import type { Lane } from '../src/lane.js';
import { OpenAggregate } from '../src/open-aggregate.js';
import { RecordMemory } from '../src/record-memory.js';
import {
  type AcceptedFacts,
  accepted,
  aggregate,
  hashOfAccepted,
  single,
  tagsOf,
  textOf,
} from './support/entries.js';
import { notYet } from './support/gates.js';
import { makeLane } from './support/lanes.js';
import { memoryParts } from './support/memory-parts.js';
import { WaitingCall } from './support/waiting-call.js';

const epoch = { outstanding: 0 };
const everything = { maxEntries: 500, maxBytes: 1e9, taken: 0, ordered: true, admit: () => true };

function add(lane: Lane, facts: AcceptedFacts, inEpoch = epoch): void {
  const record = accepted(facts);
  lane.add(record, hashOfAccepted(record), inEpoch);
}

/** Adds records of 1 kB, tags from 1 up. */
function fill(lane: Lane, count: number, from = 1): void {
  for (let tag = from; tag < from + count; tag += 1) add(lane, { data: 'x'.repeat(1_000), tag });
}

/** Makes it wait, as behind a request in flight. */
function wait(lane: Lane): void {
  lane.inFlight = 1;
}

describe('a Lane without a shard map', () => {
  it('sends every record as it is', () => {
    const { lane, sealings } = makeLane({ range: undefined });
    add(lane, { tag: 1 });
    add(lane, { tag: 2 });
    expect(lane.aggregateBytes).toBe(0);
    expect(lane.isDue).toBe(true);
    expect(lane.drain('close').map((entry) => entry.aggregated)).toEqual([false, false]);
    expect(sealings).toEqual([]);
  });
});

describe('Lane.add', () => {
  it('lets records linger in one aggregate', () => {
    const { lane, sealings } = makeLane();
    fill(lane, 10);
    expect(lane.isEmpty).toBe(false);
    expect(lane.isDue).toBe(false);
    expect(lane.queue.length).toBe(0);
    const [entry, ...others] = lane.drain('flush');
    expect(others).toEqual([]);
    expect(entry?.members.tags).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(sealings).toEqual([{ entry, reason: 'flush' }]);
    expect(lane.isEmpty).toBe(true);
  });

  it('seals when the next record would exceed aggregateBytes', () => {
    const { lane, sealings } = makeLane({ aggregateBytes: 5_000 });
    fill(lane, 10);
    expect(sealings.map(({ reason }) => reason)).toEqual(['size', 'size']);
    expect(sealings.map(({ entry }) => entry.members.count)).toEqual([4, 4]);
    for (const { entry } of sealings) expect(entry.data.length).toBeLessThanOrEqual(5_000);
    expect(tagsOf(lane.drain('flush'))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('grows to growBytes while it has to wait, so that a long round trip reaches the rate', () => {
    const { lane } = makeLane({ aggregateBytes: 5_000 });
    wait(lane);
    lane.growBytes = 8_000;
    fill(lane, 10);
    expect(lane.drain('flush').map((entry) => entry.members.count)).toEqual([7, 3]);
  });

  it('never seals below aggregateBytes because it waits', () => {
    const { lane } = makeLane({ aggregateBytes: 5_000 });
    wait(lane);
    lane.growBytes = 100;
    fill(lane, 4);
    expect(lane.drain('flush')).toHaveLength(1);
  });

  it('seals before a record that is too large to aggregate: order stands', () => {
    const { lane, sealings } = makeLane({ aggregateBytes: 5_000 });
    fill(lane, 2);
    add(lane, { data: 'x'.repeat(6_000), tag: 3 });
    fill(lane, 1, 4);
    expect(sealings.map(({ reason }) => reason)).toEqual(['large-record']);
    const entries = lane.drain('flush');
    expect(entries.map((entry) => entry.members.tags)).toEqual([[1, 2], [3], [4]]);
    expect(entries[1]?.aggregated).toBe(false);
  });

  it('wraps a large record whose data readers would take for an aggregate', () => {
    const { lane } = makeLane({ aggregateBytes: 5_000 });
    const data = new Uint8Array(6_000);
    data.set([0xf3, 0x89, 0x9a, 0xc2]);
    add(lane, { data });
    expect(lane.drain('flush').map((entry) => entry.aggregated)).toEqual([true]);
  });

  it('never puts records of two epochs into one entry: newer ones cannot delay a flush (P6)', () => {
    const { lane, sealings } = makeLane();
    const next = { outstanding: 0 };
    add(lane, { tag: 1 });
    add(lane, { tag: 2 }, next);
    expect(sealings.map(({ reason }) => reason)).toEqual(['flush']);
    const entries = lane.drain('flush');
    expect(entries.map((entry) => entry.members.epoch)).toEqual([epoch, next]);
    expect(entries[0]?.members.epoch).toBe(epoch);
  });
});

describe('Lane, what is due', () => {
  it('is due once it holds an aggregate of full size', () => {
    const { lane } = makeLane({ aggregateBytes: 5_000 });
    fill(lane, 4);
    expect(lane.isDue).toBe(false);
    fill(lane, 1, 5);
    expect(lane.isDue).toBe(true);
  });

  it('is due once its linger is over, for the reason that came first', () => {
    const { lane, sealings } = makeLane();
    fill(lane, 1);
    lane.makeDue('linger');
    lane.makeDue('flush');
    expect(lane).toMatchObject({ isDue: true, urgent: true });
    expect(tagsOf(lane.take(everything))).toEqual([1]);
    expect(sealings.map(({ reason }) => reason)).toEqual(['linger']);
    expect(lane.isDue).toBe(false);
  });

  it('stays quiet when told to hurry with nothing', () => {
    const { lane } = makeLane();
    lane.makeDue('flush');
    expect(lane).toMatchObject({ isDue: false, urgent: false });
    fill(lane, 1);
    expect(lane.isDue).toBe(false);
  });

  it('is due when an aggregate that grew in wait may go', () => {
    const { lane } = makeLane({ aggregateBytes: 5_000 });
    wait(lane);
    lane.growBytes = 20_000;
    fill(lane, 8);
    expect(lane.queue.length).toBe(0);
    expect(lane.isDue).toBe(true);
  });
});

describe('Lane.isLingering', () => {
  it('is so while its open aggregate may grow, whatever is queued before that', () => {
    const { lane } = makeLane();
    expect(lane.isLingering).toBe(false);
    fill(lane, 1);
    lane.queue.push(single());
    expect(lane).toMatchObject({ isLingering: true, isDue: true });
    lane.makeDue('linger');
    expect(lane.isLingering).toBe(false);
  });

  it('is not so once the aggregate has its size, or where records go alone', () => {
    const { lane } = makeLane({ aggregateBytes: 5_000 });
    wait(lane);
    lane.growBytes = 20_000;
    fill(lane, 8);
    expect(lane.isLingering).toBe(false);
    const plain = makeLane({ aggregates: false }).lane;
    fill(plain, 1);
    expect(plain.isLingering).toBe(false);
  });
});

describe('Lane.maySend', () => {
  it('waits for its request with order, and does not without (P3)', () => {
    const ordered = makeLane({ ordered: true }).lane;
    const unordered = makeLane({ ordered: false }).lane;
    expect([ordered.maySend, unordered.maySend]).toEqual([true, true]);
    wait(ordered);
    wait(unordered);
    expect([ordered.maySend, unordered.maySend]).toEqual([false, true]);
  });

  it.each([
    ['predecessors have not moved', (lane: Lane) => lane.predecessors.add(makeLane().lane)],
    ['it has successors', (lane: Lane) => Object.assign(lane, { successors: { laneFor: () => lane } })],
    ['it awaits a map', (lane: Lane) => Object.assign(lane, { awaitingMap: 1 })],
  ])('sends nothing while %s, ordered or not', (_, hold) => {
    for (const ordered of [true, false]) {
      const { lane } = makeLane({ ordered });
      hold(lane);
      expect(lane.maySend).toBe(false);
    }
  });
});

describe('Lane.take', () => {
  it('takes what is queued before what is open', () => {
    const { lane } = makeLane();
    fill(lane, 2);
    lane.queue.unshift([aggregate([{ tag: 8 }, { tag: 9 }])]);
    expect(tagsOf(lane.take(everything))).toEqual([8, 9]);
    expect(tagsOf(lane.take(everything))).toEqual([1, 2]);
    expect(lane.take(everything)).toEqual([]);
  });
});

describe('Lane, its figures', () => {
  it('adds up what waits, queued and open', () => {
    const { lane } = makeLane();
    expect(lane).toMatchObject({ isEmpty: true, waitingBytes: 0 });
    const queued = single({ data: 'abc' });
    lane.queue.push(queued);
    expect(lane).toMatchObject({ isEmpty: false, waitingBytes: queued.bytes, nextBytes: queued.bytes });
    fill(lane, 2);
    const waiting = lane.waitingBytes;
    expect(waiting).toBeGreaterThan(queued.bytes + 2_000);
    const bytes = lane.drain('flush').map((entry) => entry.bytes);
    // The partition key of the aggregate is not there until it is sealed.
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBe(waiting + 1);
  });

  it('knows exactly what would go next, the partition key of the aggregate included', () => {
    const { lane } = makeLane();
    fill(lane, 2);
    const next = lane.nextBytes;
    expect(lane.drain('flush').map((entry) => entry.bytes)).toEqual([next]);
  });

  it('gives what may be old enough, and what stands before it, in put order', () => {
    const { lane } = makeLane();
    add(lane, { tag: 3, putAtMs: 70 });
    lane.queue.unshift([single({ tag: 1, putAtMs: 90 }), single({ tag: 2, putAtMs: 80 })]);
    expect(lane.takePutBy(69)).toEqual([]);
    expect(tagsOf(lane.takePutBy(70))).toEqual([1, 2, 3]);
    expect(lane.isEmpty).toBe(true);
  });

  it('knows how large its aggregates and records may be', () => {
    const rules = { aggregateBytes: 5_000, maxRecordBytes: () => 10_000 };
    expect(makeLane(rules).lane).toMatchObject({ aggregateBytes: 5_000, maxRecordBytes: 10_000 });
    expect(makeLane({ ...rules, aggregates: false }).lane.aggregateBytes).toBe(0);
  });

  it('counts what was stored', () => {
    const { lane } = makeLane();
    lane.stored(40, 1_000);
    lane.stored(1, 24);
    expect(lane.storedSoFar).toEqual({ userRecords: 41, entries: 2, bytes: 1_024 });
  });
});

it('P1: takes a record that waits for the memory of an aggregate only when that is sealed', async () => {
  const gate: Gate = new Gate(
    { maxRecords: 9, maxBytes: 10_000, maxWaiting: 9 },
    { onFull() {}, shrink() {}, reclaim() {}, setAsideBytes: () => 0, ...notYet },
  );
  const memory = new RecordMemory(memoryParts({ hold: (bytes) => gate.hold(bytes) }));
  const { lane } = makeLane({ memory });
  gate.tryEnter(100);
  add(lane, { data: 'first', tag: 1 });
  const waiting = new WaitingCall(gate, [10_000 - gate.heldBytes + 1]);
  waiting.onAdmit = () => add(lane, { data: 'second', tag: 2 });
  waiting.wait();
  lane.seal('linger');
  await Promise.resolve();
  expect(waiting.admitted).toHaveLength(1);
  const entries = lane.drain('flush');
  expect(entries.map((entry) => entry.records().map(({ data }) => textOf(data)))).toEqual([
    ['first'],
    ['second'],
  ]);
  expect(entries.map((entry) => tagsOf([entry]))).toEqual([[1], [2]]);
});

it('P2: counts nothing of a record that is refused because the one before finds no memory to be sealed in', () => {
  let heldBytes = 0;
  const hold = (deltaBytes: number) => {
    heldBytes += deltaBytes;
  };
  const memory = new RecordMemory(memoryParts({ hold }));
  const { lane } = makeLane({ memory });
  add(lane, { data: 'x'.repeat(40_000), tag: 1 });
  const before = heldBytes;
  const next = accepted({ data: 'y'.repeat(20_000), tag: 2 });
  const seal = vi.spyOn(OpenAggregate.prototype, 'seal').mockImplementationOnce(() => {
    throw new RangeError('Array buffer allocation failed');
  });
  expect(() => lane.add(next, hashOfAccepted(next), epoch)).toThrow(RangeError);
  seal.mockRestore();
  expect(heldBytes).toBe(before);
});
