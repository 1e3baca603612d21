import { formatHashKey, hashKeyOf } from '@shardline/aggregation';
import { describe, expect, it, vi } from 'vitest';
import { type Entry, entryOverheadBytes } from '../src/entry.js';
import type { Epoch } from '../src/epochs.js';
import { OpenAggregate, singleEntry } from '../src/open-aggregate.js';
import { encoderOverheadBytes, RecordMemory } from '../src/record-memory.js';
import { type Regrouping, regroup, regroupOneByOne } from '../src/regroup.js';
import { PutSink } from '../src/sinks.js';
import { attempt } from './support/attempts.js';
import { type AcceptedFacts, accepted, aggregate, single, tagsOf, textOf } from './support/entries.js';
import { failAllocations } from './support/failing-allocations.js';
import { freeMemory } from './support/lanes.js';
import { memoryParts } from './support/memory-parts.js';

const magic = [0xf3, 0x89, 0x9a, 0xc2];
/** Groups by the first letter of the partition key, found by its hash. */
const letterOf = new Map(['a', 'b', 'c'].map((letter) => [formatHashKey(hashKeyOf(letter)), letter]));

function byLetter(facts: Partial<Regrouping<string>> = {}): Regrouping<string> {
  return {
    memory: freeMemory(),
    groupOf: (hash) => letterOf.get(formatHashKey(hash)) ?? 'other',
    aggregateBytes: () => 51_200,
    maxRecordBytes: () => 1_048_576,
    ...facts,
  };
}

const plain = (groups: ReadonlyMap<string, readonly Entry[]>) =>
  Object.fromEntries([...groups].map(([group, entries]) => [group, entries.map((entry) => tagsOf([entry]))]));

describe('regroup', () => {
  it('cuts an aggregate up by group, put order kept', () => {
    const entry = aggregate([
      { partitionKey: 'a', tag: 1 },
      { partitionKey: 'b', tag: 2 },
      { partitionKey: 'a', tag: 3 },
      { partitionKey: 'b', tag: 4 },
      { partitionKey: 'c', tag: 5 },
    ]);
    const groups = regroup([entry], byLetter());
    expect(plain(groups)).toEqual({ a: [[1, 3]], b: [[2, 4]], c: [[5]] });
    const [first] = groups.get('a') ?? [];
    expect(first?.explicitHashKey).toBe(formatHashKey(hashKeyOf('a')));
  });

  it('carries over what is remembered of each record', () => {
    const epoch = { outstanding: 0 };
    const sink = new PutSink();
    const entry = aggregate(
      [
        { partitionKey: 'b', tag: 1, putAtMs: 10 },
        { partitionKey: 'a', explicitHashKey: '5', data: 'moved', tag: 2, putAtMs: 20, sink },
      ],
      epoch,
    );
    const [moved] = regroup([entry], byLetter()).get('other') ?? [];
    expect(moved?.members).toMatchObject({ epoch, tags: [2], sinks: [sink] });
    expect(moved?.members.putAtMsOf(0)).toBe(20);
    expect(moved).toMatchObject({ partitionKey: 'a', explicitHashKey: '5' });
    expect(textOf(moved?.data ?? '')).toBe('moved');
  });

  it('P2: holds nothing besides its entries, a record that no aggregate takes included', () => {
    let heldBytes = 0;
    const hold = (deltaBytes: number) => {
      heldBytes += deltaBytes;
    };
    const memory = new RecordMemory(memoryParts({ hold }));
    const records = ['x'.repeat(200), 'y', 'z'].map((data) => ({ partitionKey: 'a', data }));
    const entry = aggregate(records, undefined, memory);
    const [lone, shared, ...others] =
      regroup([entry], byLetter({ memory, aggregateBytes: () => 100 })).get('a') ?? [];
    expect([lone?.aggregated, shared?.aggregated, others]).toEqual([false, true, []]);
    lone?.end(false);
    shared?.end(false);
    expect(heldBytes).toBe(0);
  });

  it('P2: holds no encoder of what it makes, but for one that is idle', () => {
    let heldBytes = 0;
    const hold = (deltaBytes: number) => {
      heldBytes += deltaBytes;
    };
    const memory = new RecordMemory(memoryParts({ hold, setAsideBytes: 10_000 }));
    const records = Array.from({ length: 40 }, () => ({ partitionKey: 'a', data: 'x'.repeat(400) }));
    const entry = aggregate(records, undefined, memory);
    const parts = regroup([entry], byLetter({ memory, aggregateBytes: () => 1_024 })).get('a') ?? [];
    expect(parts).toHaveLength(20);
    const dataBytes = parts.reduce((sum, part) => sum + part.dataBytes, 0);
    expect(heldBytes).toBeLessThanOrEqual(
      dataBytes + 20 * entryOverheadBytes + encoderOverheadBytes + 10_000,
    );
  });

  it('charges every record what it was charged before', () => {
    const records = ['a', 'b', '\ud800'].map((partitionKey) => ({ partitionKey, data: 'Perú' }));
    const entry = aggregate(records);
    const parts = [...regroup([entry], byLetter()).values()].flat();
    const charged = parts.reduce((sum, { members }) => sum + members.chargedBytes, 0);
    expect(charged).toBe(entry.members.chargedBytes);
  });

  it('lets records of entries that were never sent share an aggregate', () => {
    const epoch = { outstanding: 0 };
    const entries = [1, 2, 3].map((tag) => single({ partitionKey: 'a', tag, putAtMs: 10 * tag }, epoch));
    const groups = regroup(entries, byLetter());
    expect(plain(groups)).toEqual({ a: [[1, 2, 3]] });
    const [shared] = groups.get('a') ?? [];
    shared?.attempted(attempt(100, 110));
    expect(shared?.attempts).toMatchObject([{ delayMs: 90 }]);
  });

  it('never mixes histories: an entry that was sent keeps its own', () => {
    const epoch = { outstanding: 0 };
    const entries = [1, 2, 3].map((tag) => single({ partitionKey: 'a', tag }, epoch));
    entries[1]?.attempted(attempt(10, 20), { name: 'InternalFailure' });
    const groups = regroup(entries, byLetter());
    expect(plain(groups)).toEqual({ a: [[1], [2], [3]] });
    expect(groups.get('a')?.map(({ attempts }) => attempts.length)).toEqual([0, 1, 0]);
  });

  it('never mixes an entry that may be stored with others', () => {
    const epoch = { outstanding: 0 };
    const entries = [1, 2].map((tag) => single({ partitionKey: 'a', tag }, epoch));
    for (const entry of entries.slice(0, 1)) entry.mayBeStored = true;
    expect(
      regroup(entries, byLetter())
        .get('a')
        ?.map(({ mayBeStored }) => mayBeStored),
    ).toEqual([true, false]);
  });

  it('never mixes epochs (P6)', () => {
    const entries = [1, 2].map((tag) => single({ partitionKey: 'a', tag }, { outstanding: 0 }));
    expect(plain(regroup(entries, byLetter()))).toEqual({ a: [[1], [2]] });
  });

  it('makes no aggregate larger than the group takes', () => {
    const entry = aggregate(
      Array.from({ length: 20 }, (_, tag) => ({ partitionKey: 'a', data: 'x'.repeat(100), tag })),
    );
    const parts = regroup([entry], byLetter({ aggregateBytes: () => 500 })).get('a') ?? [];
    expect(tagsOf(parts)).toEqual(tagsOf([entry]));
    expect(parts.length).toBeGreaterThan(4);
    for (const { data } of parts) expect(data.length).toBeLessThanOrEqual(500);
  });

  it('sends each record alone where the group does not aggregate', () => {
    const entry = aggregate([1, 2, 3].map((tag) => ({ partitionKey: 'a', tag })));
    const parts = regroup([entry], byLetter({ aggregateBytes: () => 0 })).get('a') ?? [];
    expect(parts.map((part) => [part.aggregated, tagsOf([part])])).toEqual([
      [false, [1]],
      [false, [2]],
      [false, [3]],
    ]);
  });

  it('sends a record that is too large for an aggregate alone, between those before and after', () => {
    const epoch = { outstanding: 0 };
    const entries = [10, 10, 900, 10].map((size, tag) =>
      single({ partitionKey: 'a', data: 'x'.repeat(size), tag }, epoch),
    );
    expect(plain(regroup(entries, byLetter({ aggregateBytes: () => 500 })))).toEqual({
      a: [[0, 1], [2], [3]],
    });
  });

  it('wraps such a record where readers would take its data for an aggregate', () => {
    const data = Uint8Array.of(...magic, ...new Uint8Array(900));
    const rules = byLetter({ aggregateBytes: () => 500 });
    const [wrapped] = regroup([single({ partitionKey: 'a', data, tag: 7 })], rules).get('a') ?? [];
    expect(wrapped?.aggregated).toBe(true);
    expect(wrapped?.members.tags).toEqual([7]);
    expect(wrapped?.records().map((record) => Buffer.from(record.data))).toEqual([Buffer.from(data)]);
    const tight = byLetter({ aggregateBytes: () => 500, maxRecordBytes: () => 905 });
    const [tooLarge] = regroup([single({ partitionKey: 'a', data })], tight).get('a') ?? [];
    expect(tooLarge?.aggregated).toBe(false);
  });

  it('makes nothing of nothing', () => {
    expect(regroup([], byLetter()).size).toBe(0);
  });

  it('P2: leaves a record by itself as it is where it shares no aggregate, history and all', () => {
    const sent = single({ partitionKey: 'a', tag: 1 });
    sent.attempted(attempt(0, 5), { name: 'InternalFailure' });
    const doubtful = Object.assign(single({ partitionKey: 'b', tag: 2 }), { mayBeStored: true });
    const entries = [
      single({ partitionKey: 'a', tag: 0 }),
      sent,
      doubtful,
      single({ partitionKey: 'a', tag: 3 }),
    ];
    const { groups } = regroupOneByOne(entries, byLetter());
    expect(plain(groups)).toEqual({ a: [[0], [1], [3]], b: [[2]] });
    expect(groups.get('a')?.[1]).toBe(sent);
    expect(groups.get('b')?.[0]).toBe(doubtful);
    expect(textOf(sent.data)).toBe('data');
  });

  it('makes an aggregate of one of a record that would be taken for one, sent before or not', () => {
    const sent = single({ partitionKey: 'a', data: Uint8Array.from([...magic, 1]), tag: 1 });
    sent.attempted(attempt(0, 5), { name: 'InternalFailure' });
    const [made] = regroupOneByOne([sent], byLetter()).groups.get('a') ?? [];
    expect(made).toMatchObject({ aggregated: true, attempts: sent.attempts });
  });

  it('P4: what goes alone stays so in its parts, unless they are alone, and shares with nothing', () => {
    const facts = (tag: number) => ({ partitionKey: tag === 3 ? 'b' : 'a', tag });
    const epoch = { outstanding: 7 };
    const whole = Object.assign(aggregate([1, 2, 3].map(facts), epoch), { goesAlone: true });
    const entries = [aggregate([4, 5].map(facts), epoch), whole, aggregate([6, 7].map(facts), epoch)];
    const { groups } = regroupOneByOne(entries, byLetter());
    expect(plain(groups)).toEqual({
      a: [
        [4, 5],
        [1, 2],
        [6, 7],
      ],
      b: [[3]],
    });
    const alone = [...groups.values()].flat().filter(({ goesAlone }) => goesAlone);
    expect(alone.map((entry) => tagsOf([entry]))).toEqual([[1, 2]]);
  });
});

const singleIn = (memory: RecordMemory, facts: AcceptedFacts, epoch: Epoch) =>
  singleEntry(accepted(facts), epoch, memory);

const tagsOfMixed = Array.from({ length: 28 }, (_, tag) => tag);
const letterOfTag = (tag: number) => (tag % 4 < 2 ? 'a' : 'b');
/** Whatever else is remembered of the record with `tag`; those of two aggregates were sent. */
const rowOf = (tag: number) => ({
  tag,
  text: `${tag}`,
  putAtMs: tag,
  attempts: tag >= 8 && tag < 16 ? 1 : 0,
});

/** The same, as an entry has it. */
function rowsOf(entry: Entry) {
  return entry.records().map(({ data }, position) => ({
    tag: entry.members.tags[position],
    text: textOf(data).replace(/x+$/, ''),
    putAtMs: entry.members.putAtMsOf(position),
    attempts: entry.attempts.length,
  }));
}

function refuse(): never {
  throw new RangeError('Array buffer allocation failed');
}

/** Six aggregates and some records alone, of two groups, and what is counted of them. */
function mixed() {
  const held = { bytes: 0 };
  const hold = (deltaBytes: number) => {
    held.bytes += deltaBytes;
  };
  const memory = new RecordMemory(memoryParts({ hold }));
  const epoch = { outstanding: 0 };
  const facts = tagsOfMixed.map((tag) => ({
    partitionKey: letterOfTag(tag),
    data: `${tag}`.padEnd(100, 'x'),
    tag,
    putAtMs: tag,
    sink: new PutSink(),
  }));
  const entries = [0, 4, 8, 12, 16, 20].map((from) => aggregate(facts.slice(from, from + 4), epoch, memory));
  for (const sent of entries.slice(2, 4)) sent.attempted(attempt(30, 40), { name: 'A' });
  for (const one of facts.slice(24)) entries.push(singleIn(memory, one, epoch));
  return { held, memory, entries };
}

describe('regroupOneByOne', () => {
  it('does what regroup does', () => {
    const [one, other] = [mixed(), mixed()];
    const { groups, left, error } = regroupOneByOne(one.entries, byLetter({ memory: one.memory }));
    expect([left, error]).toEqual([[], undefined]);
    expect(plain(groups)).toEqual(plain(regroup(other.entries, byLetter({ memory: other.memory }))));
  });

  it('P1, P2, P3: wherever memory is refused, what is left stands behind what came out, and all is counted once', () => {
    const { count } = stoppedAt(Number.POSITIVE_INFINITY);
    expect(count).toBeGreaterThan(20);
    for (let first = 1; first <= count; first += 1) {
      const { held, rules, charged, groups, left, error } = stoppedAt(first);
      const all = [...[...groups.values()].flat(), ...left];
      expect(chargedIn(all)).toBe(charged);
      // What could not be made smaller stays as it was.
      if (left.length > 0) expect(error).toBeInstanceOf(RangeError);
      const again = regroupOneByOne(all, rules);
      expect([again.left, again.error]).toEqual([[], undefined]);
      for (const group of ['a', 'b']) {
        const tags = tagsOfMixed.filter((tag) => letterOfTag(tag) === group);
        expect((again.groups.get(group) ?? []).flatMap(rowsOf)).toEqual(tags.map(rowOf));
      }
      for (const entry of [...again.groups.values()].flat()) entry.end(false);
      expect(held.bytes).toBe(0);
    }
  });

  it('P1: loses no record that there is no memory to read, before it is begun', () => {
    const run = (first: number) => {
      const before = aggregate([0, 1].map((tag) => ({ partitionKey: 'a', tag })));
      const sent = single({ partitionKey: 'a', tag: 2 });
      sent.attempted(attempt(0, 1), { name: 'A' });
      sent.moveAsBase64(Buffer.alloc(100), 0);
      const allocations = failAllocations(first, 1);
      const { groups, left } = regroupOneByOne([before, sent], byLetter());
      allocations.restore();
      expect(tagsOf([...(groups.get('a') ?? []), ...left])).toEqual([0, 1, 2]);
      expect([...(groups.get('a') ?? []), ...left].flatMap((entry) => entry.records())).toHaveLength(3);
      return allocations.count;
    };
    const count = run(Number.POSITIVE_INFINITY);
    expect(count).toBeGreaterThan(3);
    for (let first = 1; first <= count; first += 1) run(first);
  });

  it('P1, P2: leaves nothing of an entry of which all was taken before it stopped', () => {
    const { held, memory, entries } = mixed();
    const seal = vi.spyOn(OpenAggregate.prototype, 'seal').mockImplementationOnce(refuse);
    const { groups, left, error } = regroupOneByOne(entries.slice(0, 1), byLetter({ memory }));
    seal.mockRestore();
    expect([plain(groups), left]).toEqual([{ a: [[0, 1]], b: [[2, 3]] }, []]);
    expect(error).toBeInstanceOf(RangeError);
    for (const entry of [...[...groups.values()].flat(), ...entries.slice(1)]) entry.end(false);
    expect(held.bytes).toBe(0);
  });

  it('says why it stopped, and what is left, with what was not taken of it', () => {
    const { memory, entries } = mixed();
    const rules = byLetter({
      memory,
      groupOf: (_hash, putAtMs) => {
        if (putAtMs === 6) throw new RangeError('Array buffer allocation failed');
        return 'all';
      },
    });
    const { groups, left, error } = regroupOneByOne(entries, rules);
    expect(error).toBeInstanceOf(RangeError);
    expect(plain(groups)).toEqual({ all: [[0, 1, 2, 3, 4, 5]] });
    expect(tagsOf(left)[0]).toBe(6);
    const [begun] = left;
    expect(begun?.members).toMatchObject({ count: 2, tags: [6, 7], oldestPutAtMs: 6, newestPutAtMs: 7 });
    expect(begun?.records().map(({ data }) => textOf(data).slice(0, 1))).toEqual(['6', '7']);
  });
});

/** Regroups them with the `first` buffer refused that is asked for. */
function stoppedAt(first: number) {
  const { held, memory, entries } = mixed();
  const rules = byLetter({ memory });
  const charged = chargedIn(entries);
  const allocations = failAllocations(first, 1);
  try {
    const regrouped = regroupOneByOne(entries, rules);
    return { ...regrouped, held, rules, charged, count: allocations.count };
  } finally {
    allocations.restore();
  }
}

const chargedIn = (entries: readonly Entry[]) =>
  entries.reduce((sum, { members }) => sum + members.chargedBytes, 0);
