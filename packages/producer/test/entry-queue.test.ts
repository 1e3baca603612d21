import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AbortableSink } from '../src/abortable-sink.js';
import type { Entry } from '../src/entry.js';
import { EntryQueue, type RunLimits } from '../src/entry-queue.js';
import { LoneEntries } from '../src/lone-entries.js';
import { BatchSink } from '../src/sinks.js';
import { attempt } from './support/attempts.js';
import { uncounted } from './support/batch-accounts.js';
import { aggregate, single, tagsOf } from './support/entries.js';

const free: RunLimits = { maxEntries: 500, maxBytes: 1_000_000, taken: 0, ordered: true, admit: () => true };
const unordered: RunLimits = { ...free, ordered: false };
const five = (tag: number, partitionKey = `k${tag}`) => single({ partitionKey, data: '123', tag });

function queueOf(...entries: Entry[]): EntryQueue {
  const queue = new EntryQueue();
  for (const entry of entries) queue.push(entry);
  return queue;
}

/** How many places of longer arrays `run` copies. */
function copiedBy(run: () => void): number {
  let copied = 0;
  const { slice, filter } = Array.prototype;
  const watch = (own: typeof slice | typeof filter) =>
    function (this: unknown[], ...given: unknown[]) {
      copied += this.length;
      return Reflect.apply(own, this, given);
    };
  Object.assign(Array.prototype, { slice: watch(slice), filter: watch(filter) });
  try {
    run();
  } finally {
    Object.assign(Array.prototype, { slice, filter });
  }
  return copied;
}

describe('EntryQueue', () => {
  it('gives back what was put in, in order', () => {
    const queue = queueOf(five(1), five(2));
    expect(queue.length).toBe(2);
    expect(queue.bytes).toBe(10);
    expect(tagsOf(queue.drain())).toEqual([1, 2]);
    expect(queue.length).toBe(0);
    expect(queue.bytes).toBe(0);
    expect(queue.first).toBeUndefined();
  });

  it('puts what comes back before all others, its own order kept', () => {
    const queue = queueOf(five(1), five(2), five(3));
    queue.takeRun({ ...free, maxEntries: 1 });
    queue.unshift([five(8), five(9)]);
    expect(queue.first?.members.tags).toEqual([8]);
    expect(queue.bytes).toBe(20);
    expect(tagsOf(queue.drain())).toEqual([8, 9, 2, 3]);
  });

  it('moves what it holds a few times, however often entries are put before it', () => {
    const times = 2_000;
    const queue = queueOf(five(0));
    const copied = copiedBy(() => {
      for (let tag = 1; tag <= times; tag += 1) queue.unshift([five(tag), five(-tag)]);
    });
    expect(copied).toBeLessThan(5 * 2 * times);
    const places = Array.from({ length: times }, (_, at) => times - at);
    expect(tagsOf(queue.drain())).toEqual([...places.flatMap((tag) => [tag, -tag]), 0]);
  });

  it('moves nothing to take back what it gave', () => {
    const queue = queueOf(...Array.from({ length: 500 }, (_, tag) => five(tag)));
    const copied = copiedBy(() => {
      for (let at = 0; at < 100; at += 1) queue.unshift(queue.takeRun({ ...unordered, maxEntries: 9 }));
    });
    expect([copied, tagsOf(queue.drain())]).toEqual([0, Array.from({ length: 500 }, (_, tag) => tag)]);
  });

  it('knows when its oldest record was put, wherever it stands', () => {
    const queue = queueOf(single({ putAtMs: 30 }), single({ putAtMs: 10 }), single({ putAtMs: 20 }));
    expect(queue.oldestPutAtMs).toBe(10);
    queue.takeRun({ ...unordered, maxEntries: 2 });
    expect(queue.oldestPutAtMs).toBe(20);
    queue.drain();
    expect(queue.oldestPutAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes out all from the head to the last that is old enough, and no more', () => {
    const queue = queueOf(...[30, 10, 20, 40, 21].map((putAtMs) => single({ tag: putAtMs, putAtMs })));
    expect(queue.takePutBy(9)).toEqual([]);
    expect(tagsOf(queue.takePutBy(20))).toEqual([30, 10, 20]);
    expect(queue.takePutBy(20)).toEqual([]);
    queue.unshift([single({ tag: 5, putAtMs: 5 })]);
    expect(tagsOf(queue.takePutBy(20))).toEqual([5]);
    expect(tagsOf(queue.drain())).toEqual([40, 21]);
  });

  it('does not look through its entries as long as none can be old enough', () => {
    let looks = 0;
    const entry = single({ putAtMs: 10 });
    const { members } = entry;
    Object.defineProperty(entry, 'members', {
      get: () => {
        looks += 1;
        return members;
      },
    });
    const queue = queueOf(single({ putAtMs: 5 }), entry);
    queue.takeRun({ ...unordered, maxEntries: 1 });
    looks = 0;
    expect(queue.takePutBy(9)).toEqual([]);
    expect(looks).toBeGreaterThan(0);
    looks = 0;
    expect(queue.takePutBy(9)).toEqual([]);
    expect(looks).toBe(0);
    expect(queue.takePutBy(10)).toEqual([entry]);
  });

  it('keeps nothing of what was taken (P2)', () => {
    const queue = new EntryQueue();
    for (let tag = 0; tag < 100; tag += 1) queue.push(single({ tag, putAtMs: tag }));
    expect(queue.takeRun({ ...unordered, maxEntries: 50 })).toHaveLength(50);
    // Of all that it holds.
    expect(queue.oldestPutAtMs).toBe(50);
    expect(tagsOf(queue.drain())).toEqual(Array.from({ length: 50 }, (_, at) => 50 + at));
  });
});

describe('EntryQueue.takeRun', () => {
  it('takes no more entries and bytes than it may', () => {
    expect(tagsOf(queueOf(five(1), five(2), five(3)).takeRun({ ...free, maxEntries: 2 }))).toEqual([1, 2]);
    expect(tagsOf(queueOf(five(1), five(2), five(3)).takeRun({ ...free, maxBytes: 14 }))).toEqual([1, 2]);
    expect(tagsOf(queueOf(five(1), five(2), five(3)).takeRun({ ...free, maxBytes: 15 }))).toEqual([1, 2, 3]);
    expect(queueOf(five(1)).takeRun({ ...free, maxBytes: 4 })).toEqual([]);
    expect(queueOf(five(1)).takeRun({ ...free, maxEntries: 0 })).toEqual([]);
    expect(new EntryQueue().takeRun(free)).toEqual([]);
  });

  it('asks for the tokens of what it takes, once each, and stops where they end', () => {
    const asked: number[] = [];
    const admit = (bytes: number) => {
      asked.push(bytes);
      return asked.length < 3;
    };
    const queue = queueOf(five(1), five(2), five(3), five(4));
    expect(tagsOf(queue.takeRun({ ...free, admit }))).toEqual([1, 2]);
    expect(asked).toEqual([5, 5, 5]);
    expect(tagsOf(queue.drain())).toEqual([3, 4]);
  });

  it('takes one record of each key, in order, and leaves the rest where they were (P3)', () => {
    const queue = queueOf(five(1, 'a'), five(2, 'a'), five(3, 'b'), five(4, 'a'), five(5, 'b'), five(6, 'c'));
    expect(tagsOf(queue.takeRun(free))).toEqual([1, 3, 6]);
    expect(tagsOf(queue.takeRun(free))).toEqual([2, 5]);
    expect(tagsOf(queue.takeRun(free))).toEqual([4]);
  });

  it('takes an aggregate alone: it holds many keys (P3)', () => {
    const queue = queueOf(
      five(1),
      aggregate([{ tag: 2 }, { tag: 3 }]),
      aggregate([{ tag: 4 }, { tag: 5 }]),
      five(6),
    );
    expect(tagsOf(queue.takeRun(free))).toEqual([1]);
    expect(tagsOf(queue.takeRun(free))).toEqual([2, 3]);
    expect(tagsOf(queue.takeRun(free))).toEqual([4, 5]);
    expect(tagsOf(queue.takeRun(free))).toEqual([6]);
  });

  it.each([true, false])(
    'takes no aggregate whose members go alone, nor what is behind it (ordered: %s, P4)',
    (ordered) => {
      const cut = Object.assign(aggregate([{ tag: 2 }, { tag: 3 }]), { goesAlone: true });
      const queue = queueOf(five(1), cut, five(4));
      expect(tagsOf(queue.takeRun({ ...free, ordered }))).toEqual([1]);
      expect(queue.takeRun({ ...free, ordered })).toEqual([]);
      expect(tagsOf(queue.drain())).toEqual([2, 3, 4]);
    },
  );

  it('takes no aggregate from behind a record that waits', () => {
    const queue = queueOf(five(1, 'a'), five(2, 'a'), aggregate([{ tag: 3 }, { tag: 4 }]), five(5, 'b'));
    expect(tagsOf(queue.takeRun(free))).toEqual([1]);
    expect(tagsOf(queue.drain())).toEqual([2, 3, 4, 5]);
  });

  it('takes whatever comes next without order', () => {
    const queue = queueOf(five(1, 'a'), aggregate([{ tag: 2 }, { tag: 3 }]), five(4, 'a'));
    expect(tagsOf(queue.takeRun(unordered))).toEqual([1, 2, 3, 4]);
  });

  it('gives an entry no more company than it may have (P7)', () => {
    const shy = five(3);
    shy.maxCompanions = 3;
    const queue = queueOf(five(1), five(2), shy, five(4));
    expect(tagsOf(queue.takeRun(free))).toEqual([1, 2, 3]);
    const alone = five(3);
    alone.maxCompanions = 1;
    const other = queueOf(five(1), alone, five(4));
    expect(tagsOf(other.takeRun(free))).toEqual([1]);
    expect(tagsOf(other.takeRun(free))).toEqual([3]);
    expect(tagsOf(other.takeRun(free))).toEqual([4]);
  });

  it('counts what other lanes have put into the request as company', () => {
    const shy = five(2);
    shy.maxCompanions = 4;
    expect(tagsOf(queueOf(five(1), shy).takeRun({ ...free, taken: 3 }))).toEqual([1]);
    const other = queueOf(five(1), shy, five(3));
    expect(tagsOf(other.takeRun({ ...free, taken: 2 }))).toEqual([1, 2]);
  });

  it('looks past a hot key, but not for ever', () => {
    const hot = (count: number) => Array.from({ length: count }, (_, tag) => five(tag, 'hot'));
    expect(tagsOf(queueOf(...hot(1_000), five(-1)).takeRun(free))).toEqual([0, -1]);
    expect(tagsOf(queueOf(...hot(5_000), five(-1)).takeRun(free))).toEqual([0]);
  });
});

it('takeWhile takes what stands at the head for as long as it is wanted, and the rest stays', () => {
  const queue = new EntryQueue();
  for (let tag = 0; tag < 5; tag += 1) queue.push(single({ tag }));
  const { bytes } = queue;
  expect(tagsOf(queue.takeWhile((entry) => (tagsOf([entry])[0] ?? 0) < 3))).toEqual([0, 1, 2]);
  expect([queue.length, queue.bytes]).toEqual([2, (bytes * 2) / 5]);
  expect(queue.takeWhile(() => false)).toEqual([]);
  expect(tagsOf(queue.takeWhile(() => true))).toEqual([3, 4]);
  expect([queue.length, queue.bytes]).toEqual([0, 0]);
});

describe('EntryQueue.takeLone', () => {
  const sinkOf = (records = 1) => new AbortableSink(new BatchSink(records, uncounted), records);

  it('takes what waits by itself, of these sinks only, and leaves the others in order', () => {
    const [mine, other, another] = [sinkOf(2), sinkOf(2), sinkOf()];
    const queue = queueOf(...[mine, other, mine, another, other].map((sink, tag) => single({ sink, tag })));
    queue.push(single({ tag: 5 }));
    const { bytes } = queue;
    expect(tagsOf(queue.takeLone(new Set([another, mine])))).toEqual([0, 2, 3]);
    expect([queue.length, queue.bytes, queue.first?.members.tags]).toEqual([3, bytes / 2, [1]]);
    expect(queue.takeLone(new Set([mine]))).toEqual([]);
    expect(tagsOf(queue.takeRun({ ...unordered, maxEntries: 2 }))).toEqual([1, 4]);
    expect(queue.takeLone(new Set([other]))).toEqual([]);
    expect(tagsOf(queue.drain())).toEqual([5]);
  });

  it('leaves what was sent, and what is in an aggregate, of one record or of many', () => {
    const mine = sinkOf(4);
    const sent = single({ sink: mine, tag: 1 });
    sent.attempted(attempt(0, 1), { name: 'InternalFailure' });
    const magic = Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2);
    const queue = queueOf(
      sent,
      aggregate([
        { sink: mine, tag: 2 },
        { sink: mine, tag: 3 },
      ]),
      aggregate([{ sink: mine, tag: 4, data: magic }]),
    );
    expect(queue.takeLone(new Set([mine]))).toEqual([]);
    expect(tagsOf(queue.drain())).toEqual([1, 2, 3, 4]);
  });

  it('looks at each entry a few times, however many signals fire', () => {
    let looks = 0;
    const look = () => {
      looks += 1;
      return false;
    };
    const watched = (sink: AbortableSink) =>
      Object.defineProperty(single({ sink }), 'aggregated', { get: look });
    const count = 4_000;
    const sinks = Array.from({ length: count }, () => sinkOf());
    const queue = queueOf(...sinks.map(watched));
    const inAnyOrder = sinks.map((_, index) => sinks[(index * 1_999) % count] as AbortableSink);
    for (const sink of inAnyOrder) expect(queue.takeLone(new Set([sink]))).toHaveLength(1);
    expect([queue.length, queue.bytes, queue.first]).toEqual([0, 0, undefined]);
    expect(looks).toBeLessThan(5 * count);
  });

  it('keeps neither what was taken nor its sink (P2)', () => {
    const forget = vi.spyOn(LoneEntries.prototype, 'forget');
    onTestFinished(() => forget.mockRestore());
    const queue = new EntryQueue();
    const sinks = Array.from({ length: 100 }, () => sinkOf());
    for (const [putAtMs, sink] of sinks.entries()) queue.push(single({ sink, putAtMs }));
    expect(queue.takeLone(new Set(sinks.slice(0, 20)))).toHaveLength(20);
    expect(queue.oldestPutAtMs).toBe(20);
    expect(queue.takeRun({ ...unordered, maxEntries: 40 })).toHaveLength(40);
    expect([queue.oldestPutAtMs, queue.length]).toEqual([60, 40]);
    const lone = forget.mock.contexts[0] as LoneEntries;
    expect(lone.take(new Set(sinks.slice(0, 60)))).toEqual([]);
    expect(lone.take(new Set(sinks))).toHaveLength(40);
  });
});
