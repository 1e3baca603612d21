import { setFlagsFromString } from 'node:v8';
import { hashKeyOf } from '@shardline/aggregation';
import { expect, it } from 'vitest';
import { keptShapes } from '../src/kept-shapes.js';
import { beginAggregate, singleEntry } from '../src/open-aggregate.js';
import { RecordMemory } from '../src/record-memory.js';
import { SettledEntry } from '../src/settled-entry.js';
import { BatchSink, PutSink } from '../src/sinks.js';
import { attempt } from './support/attempts.js';
import { uncounted } from './support/batch-accounts.js';
import { accepted } from './support/entries.js';
import { memoryParts } from './support/memory-parts.js';

type HaveSameShape = (one: object, other: object) => boolean;

/** Calls `judge` with V8's own test of shapes while V8 takes its own syntax, and no longer: files share a process. */
function withNatives(judge: (haveSameShape: HaveSameShape) => void): void {
  setFlagsFromString('--allow-natives-syntax');
  try {
    judge(new Function('one', 'other', 'return %HaveSameMap(one, other)') as HaveSameShape);
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

/** Objects of every kind after a life with all that it may bring. */
function usedObjects(): readonly object[] {
  const memory = new RecordMemory(memoryParts({ maxIdleBytes: 1_000_000 }));
  const epoch = { outstanding: 0 };
  const batch = new BatchSink(3, uncounted);
  const put = new PutSink();
  const records = [0, 1].map((tag) =>
    accepted({ partitionKey: `key ${tag}`, data: 'data', sink: batch, tag, putAtMs: 10 + tag * 0.3 }),
  );
  const [first, second] = records as [(typeof records)[0], (typeof records)[0]];
  const hash = hashKeyOf('key 0');
  const open = beginAggregate(first, hash, epoch, { memory, maxBytes: 1_000 });
  open?.tryAdd(second, hash, 1_000);
  if (open) open.due = 'linger';
  const entries = [
    open?.seal(),
    singleEntry(accepted({ explicitHashKey: '7', data: 'single', sink: put, putAtMs: 20 }), epoch, memory),
  ];
  const settled = entries.flatMap((entry) => {
    if (!entry) return [];
    entry.maxCompanions = 7;
    entry.moveTo(new Uint8Array(1_000), 0);
    entry.attempted(attempt(30, 31.5));
    const { members } = entry;
    const ended = new SettledEntry('tweets', entry, { shardId: 'shardId-0', sequenceNumber: '1' });
    entry.end(false);
    members.sinks.forEach((sink, position) => {
      sink?.settle(members.tags[position] ?? 0, ended, position);
    });
    members.release();
    return [ended];
  });
  return [open, ...entries, ...entries.map((entry) => entry?.members), ...settled, batch, put].flatMap(
    (object) => object ?? [],
  );
}

it('has an object of the shape that each object has on the way of a record', () => {
  const kept = keptShapes();
  const used = usedObjects();
  expect(used.length).toBe(9);
  withNatives((haveSameShape) => {
    expect(haveSameShape({ one: 1 }, { other: 1 })).toBe(false);
    for (const object of used) {
      expect(kept.some((one) => haveSameShape(one, object))).toBe(true);
    }
  });
  expect(() => new Function('return %HaveSameMap({}, {})')).toThrow(SyntaxError);
});
