import { decodeAggregate, writeAggregateDigests } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { Entry, entryOverheadBytes } from '../src/entry.js';
import { Members } from '../src/members.js';
import { singleEntry } from '../src/open-aggregate.js';
import { RecordMemory } from '../src/record-memory.js';
import { attempt } from './support/attempts.js';
import { accepted, aggregate, single, textOf } from './support/entries.js';
import { failAllocations } from './support/failing-allocations.js';
import { freeMemory } from './support/lanes.js';
import { memoryParts } from './support/memory-parts.js';

describe('Entry', () => {
  it('takes data plus partition key of a shard', () => {
    expect(single({ partitionKey: 'ñ', data: 'abc' }).bytes).toBe(5);
    const packed = aggregate([{ tag: 1 }, { tag: 2 }]);
    expect(packed.bytes).toBe(packed.data.length + 1);
  });

  it('keeps order per partition key and explicit hash key', () => {
    const key = single({ partitionKey: 'a' }).orderKey;
    expect(single({ partitionKey: 'a', data: 'other' }).orderKey).toBe(key);
    expect(single({ partitionKey: 'b' }).orderKey).not.toBe(key);
    expect(single({ partitionKey: 'a', explicitHashKey: '1' }).orderKey).not.toBe(key);
    expect(single({ partitionKey: 'a', explicitHashKey: '2' }).orderKey).not.toBe(
      single({ partitionKey: 'a', explicitHashKey: '1' }).orderKey,
    );
  });

  it('reads its records back, in put order', () => {
    const facts = [
      { partitionKey: 'a', data: 'one' },
      { partitionKey: 'b', explicitHashKey: '7', data: Uint8Array.of(0xff, 0) },
      { partitionKey: 'a', data: '' },
    ];
    const read = aggregate(facts).records();
    expect(read.map(({ partitionKey }) => partitionKey)).toEqual(['a', 'b', 'a']);
    expect(read.map(({ explicitHashKey }) => explicitHashKey)).toEqual([undefined, '7', undefined]);
    expect(read.map(({ data }) => textOf(data))).toEqual(facts.map(({ data }) => textOf(data)));
  });

  it('reads a single record back as it was put', () => {
    const [record, ...others] = single({ partitionKey: 'a', explicitHashKey: '7', data: 'one' }).records();
    expect(others).toEqual([]);
    expect({ ...record, data: textOf(record?.data ?? '') }).toEqual({
      partitionKey: 'a',
      explicitHashKey: '7',
      data: 'one',
    });
    expect(single({ partitionKey: 'a' }).records()[0]).not.toHaveProperty('explicitHashKey');
  });

  it('says so when an aggregate cannot be read back', () => {
    const made = {
      content: Uint8Array.of(1, 2, 3),
      partitionKey: 'a',
      explicitHashKey: '0',
      aggregated: true,
    };
    expect(() => new Entry(made, new Members({ outstanding: 0 }), freeMemory(), 3).records()).toThrow(
      /defect/,
    );
  });

  it('counts what it alone remembers of failed attempts until its end, of which it keeps six (P2)', () => {
    let heldBytes = 0;
    const memory = new RecordMemory(memoryParts({ hold: (deltaBytes) => (heldBytes += deltaBytes) }));
    const entry = singleEntry(accepted({ data: 'abc' }), { outstanding: 0 }, memory);
    const beforeBytes = heldBytes;
    const error = { name: 'InternalFailure', message: 'x'.repeat(100) };
    const fail = (at: number) => entry.attempted(attempt(at, at + 1), error);
    for (let at = 0; at < 6; at += 1) fail(at);
    const six = heldBytes - beforeBytes;
    expect(six).toBe(32 + 6 * (8 + 104 + 'InternalFailure'.length + 100));
    for (let at = 6; at < 100; at += 1) fail(at);
    expect(heldBytes - beforeBytes).toBeGreaterThan(0.8 * six);
    expect(heldBytes - beforeBytes).toBeLessThanOrEqual(six);
    expect([entry.attempts.length, entry.attemptsLeftOut]).toEqual([6, 94]);
    const part = singleEntry(accepted({ data: 'abc' }), { outstanding: 0 }, freeMemory()).inherit(entry);
    expect(part.attemptsLeftOut).toBe(94);
    entry.attempted(attempt(101, 102));
    expect(entry.attemptsLeftOut).toBe(95);
    entry.end(false);
    const endBytes = heldBytes;
    singleEntry(accepted({ data: 'abc' }), { outstanding: 0 }, memory).end(false);
    expect(heldBytes - endBytes).toBe(endBytes);
  });

  it('measures each attempt from the put, or from the end of the one before', () => {
    const entry = single({ putAtMs: 1_000 });
    entry.attempted(attempt(1_100, 1_130), { name: 'A', message: 'why' });
    entry.attempted(attempt(1_200, 1_250));
    expect(entry.attempts).toEqual([
      { delayMs: 100, durationMs: 30, success: false, errorCode: 'A', errorMessage: 'why' },
      { delayMs: 70, durationMs: 50, success: true },
    ]);
  });

  it('takes over the history of the entry that it was cut out of', () => {
    const whole = aggregate([{ putAtMs: 0 }, { putAtMs: 500 }]);
    whole.attempted(attempt(600, 700), { name: 'A' });
    whole.mayBeStored = true;
    whole.maxCompanions = 5;
    const part = single({ putAtMs: 500 }).inherit(whole);
    expect(part).toMatchObject({ mayBeStored: true, maxCompanions: 5, attempts: whole.attempts });
    part.attempted(attempt(710, 720));
    expect(part.attempts.map(({ delayMs }) => delayMs)).toEqual([600, 10]);
    expect(whole.attempts).toHaveLength(1);
  });

  it('measures from its own put when the entry that it was cut out of was never sent', () => {
    const whole = aggregate([{ putAtMs: 0 }, { putAtMs: 500 }]);
    const part = single({ putAtMs: 500 }).inherit(whole);
    part.attempted(attempt(510, 520));
    expect(part.attempts.map(({ delayMs }) => delayMs)).toEqual([10]);
  });
});

/** Memory that tells what is counted. */
function countedMemory() {
  const counted = { bytes: 0 };
  const hold = (deltaBytes: number) => {
    counted.bytes += deltaBytes;
  };
  return { memory: new RecordMemory(memoryParts({ hold })), counted };
}

/** A sealed aggregate of two records and 4 + 4 bytes in such memory. */
function counted() {
  const { memory, counted } = countedMemory();
  const entry = aggregate(
    [
      { partitionKey: 'a', data: 'one' },
      { partitionKey: 'b', data: 'two' },
    ],
    undefined,
    memory,
  );
  return { entry, counted };
}

const payloadBytes = 8;

describe('Entry, where its bytes are (P2)', () => {
  it('leaves its encoder without a digest, which is written with others when its request is complete', () => {
    const { entry } = counted();
    entry.compact();
    expect(entry.records()).toHaveLength(2);
    const body = new Uint8Array(entry.dataBytes);
    entry.moveTo(body, 0);
    expect(entry.undigested).toHaveLength(entry.dataBytes);
    entry.digested();
    expect(entry.undigested).toBeUndefined();
    const { entry: other } = counted();
    other.compact();
    expect(decodeAggregate(other.data)).toHaveLength(2);
  });

  it('is counted by what its encoder holds, instead of by its records', () => {
    const { entry, counted: held } = counted();
    expect(held.bytes).toBeGreaterThan(entryOverheadBytes - payloadBytes + entry.dataBytes);
    const { data } = entry;
    expect(data).toHaveLength(entry.dataBytes);
    expect(held.bytes).toBe(entryOverheadBytes - payloadBytes + entry.dataBytes);
    expect(decodeAggregate(data)).toHaveLength(2);
  });

  it('moves into a body, where it is counted no more, and needs its digest there', () => {
    const { entry, counted: held } = counted();
    const body = new Uint8Array(1_000);
    expect(entry.moveTo(body, 100)).toBe(100 + entry.dataBytes);
    expect(held.bytes).toBe(entryOverheadBytes - payloadBytes);
    const undigested = entry.undigested as Uint8Array;
    expect([undigested.buffer, undigested.byteOffset]).toEqual([body.buffer, 100]);
    expect(decodeAggregate(undigested)).toBeUndefined();
    writeAggregateDigests([undigested]);
    entry.digested();
    expect(entry.undigested).toBeUndefined();
    expect(entry.records().map(({ data }) => textOf(data))).toEqual(['one', 'two']);
  });

  it('writes a digest that nobody has written before it is read', () => {
    const { entry } = counted();
    entry.moveTo(new Uint8Array(1_000), 0);
    expect(decodeAggregate(entry.data)).toHaveLength(2);
    expect(entry.undigested).toBeUndefined();
  });

  it('is copied out of a body that goes, and can move into the next', () => {
    const { entry, counted: held } = counted();
    const body = new Uint8Array(1_000);
    entry.moveTo(body, 0);
    entry.keep();
    body.fill(0);
    expect(held.bytes).toBe(entryOverheadBytes - payloadBytes + entry.dataBytes);
    const next = new Uint8Array(1_000);
    entry.moveTo(next, 10);
    expect(held.bytes).toBe(entryOverheadBytes - payloadBytes);
    expect(entry.undigested).toBeUndefined();
    expect(entry.records().map(({ data }) => textOf(data))).toEqual(['one', 'two']);
  });

  it('moves into a body in base64, with its digest, and comes back out of it', () => {
    for (const read of [(entry: Entry) => entry.keep(), (entry: Entry) => void entry.data]) {
      const { entry, counted: held } = counted();
      const sent = Buffer.from(entry.data);
      const body = Buffer.alloc(1_000);
      const end = entry.moveAsBase64(body, 7);
      expect(body.toString('latin1', 7, end)).toBe(sent.toString('base64'));
      expect(held.bytes).toBe(entryOverheadBytes - payloadBytes);
      read(entry);
      body.fill(0);
      expect(held.bytes).toBe(entryOverheadBytes - payloadBytes + entry.dataBytes);
      expect(Buffer.from(entry.data)).toEqual(sent);
      expect(entry.records().map(({ data }) => textOf(data))).toEqual(['one', 'two']);
    }
  });

  it('leaves memory of its own alone when no body goes', () => {
    const { entry } = counted();
    const { data } = entry;
    entry.keep();
    expect(entry.data).toBe(data);
  });

  it.each([
    ['in its encoder', () => {}],
    ['in memory of its own', (entry: Entry) => void entry.data],
    ['in a body', (entry: Entry) => void entry.moveTo(new Uint8Array(1_000), 0)],
    ['in a body in base64', (entry: Entry) => void entry.moveAsBase64(Buffer.alloc(1_000), 0)],
  ])('is counted no more once it is over, %s; what failed can be read back', (_, prepare) => {
    for (const isReadBack of [true, false]) {
      const { entry, counted: held } = counted();
      prepare(entry);
      entry.end(isReadBack);
      expect(held.bytes).toBe(0);
      entry.keep();
      expect(held.bytes).toBe(0);
      if (isReadBack) expect(entry.records().map(({ data }) => textOf(data))).toEqual(['one', 'two']);
      else expect(entry.data).toHaveLength(0);
    }
  });

  it('keeps what failed out of the body, which is used again', () => {
    const { entry } = counted();
    const body = new Uint8Array(1_000);
    entry.moveTo(body, 0);
    entry.end(true);
    body.fill(0);
    expect(entry.records().map(({ data }) => textOf(data))).toEqual(['one', 'two']);
  });
});

/** Runs without any memory. */
function without<Value>(run: () => Value): Value {
  const allocations = failAllocations(1, Number.POSITIVE_INFINITY);
  try {
    return run();
  } finally {
    allocations.restore();
  }
}

const textsOf = (entry: Entry) => entry.records().map(({ data }) => textOf(data));

describe('Entry, where there is no memory for it', () => {
  it.each([
    ['as it is', (entry: Entry, body: Buffer) => entry.moveTo(body, 7)],
    ['in base64', (entry: Entry, body: Buffer) => entry.moveAsBase64(body, 7)],
  ])('P1, P2: lives on in a body %s, says so and is counted, until it moves into the next', (_, move) => {
    const { entry, counted: held } = counted();
    move(entry, Buffer.alloc(1_000));
    expect(without(() => entry.keep())).toBe(false);
    expect(held.bytes).toBe(entryOverheadBytes - payloadBytes + entry.dataBytes);
    const next = Buffer.alloc(1_000);
    entry.moveTo(next, 0);
    expect(held.bytes).toBe(entryOverheadBytes - payloadBytes);
    expect(decodeAggregate(next.subarray(0, entry.dataBytes))).toHaveLength(2);
    expect(entry.keep()).toBe(true);
    next.fill(0);
    expect(textsOf(entry)).toEqual(['one', 'two']);
  });

  it.each([
    ['its encoder', () => 0, true],
    ['memory of its own', (entry: Entry) => entry.data.length, true],
    ['a body', (entry: Entry, body: Buffer) => entry.moveTo(body, 0), false],
    ['a body in base64', (entry: Entry, body: Buffer) => entry.moveAsBase64(body, 0), false],
  ])(
    'P1, P2: stays in %s when it has failed, to be read back once there is memory',
    (_, prepare, hasLeft) => {
      const { entry, counted: held } = counted();
      const body = Buffer.alloc(1_000);
      prepare(entry, body);
      without(() => entry.end(true));
      expect(held.bytes).toBe(0);
      expect(without(() => entry.keep())).toBe(hasLeft);
      expect(textsOf(entry)).toEqual(['one', 'two']);
      expect(entry.keep()).toBe(true);
      body.fill(0);
      expect(textsOf(entry)).toEqual(['one', 'two']);
      expect(held.bytes).toBe(0);
    },
  );

  it('needs none to leave a body when it is stored', () => {
    const { entry } = counted();
    entry.moveTo(new Uint8Array(1_000), 0);
    entry.end(false);
    expect(without(() => entry.keep())).toBe(true);
  });

  it('keeps the digest of an aggregate to be written until it is', () => {
    const { entry } = counted();
    entry.moveTo(new Uint8Array(1_000), 0);
    expect(entry.undigested).toBe(entry.undigested);
    expect(entry.undigested).toHaveLength(entry.dataBytes);
  });
});

describe('Entry of a record by itself, in a block', () => {
  const data = new Uint8Array(10_000).fill(7);
  /** Such an entry, in memory that keeps what comes back. */
  function inBlock() {
    const held = { bytes: 0 };
    const hold = (deltaBytes: number) => {
      held.bytes += deltaBytes;
    };
    const memory = new RecordMemory(memoryParts({ hold, maxIdleBytes: 100_000 }));
    return { entry: singleEntry(accepted({ data }), { outstanding: 0 }, memory), memory, held };
  }

  it('copies the record, and is counted by the block in place of it (P2)', () => {
    const { entry, held } = inBlock();
    expect(entry.data).toEqual(data);
    expect(entry.data.buffer).not.toBe(data.buffer);
    expect(held.bytes).toBe(entryOverheadBytes + entry.data.buffer.byteLength - entry.members.payloadBytes);
  });

  it.each(['moveTo', 'moveAsBase64'] as const)('leaves its block to others at %s', (move) => {
    const { entry, memory, held } = inBlock();
    const { buffer } = entry.data;
    entry[move](Buffer.alloc(20_000), 0);
    expect(memory.idleBytes).toBe(buffer.byteLength);
    expect(memory.takeBlock(10_000).buffer).toBe(buffer);
    entry.end(false);
    expect(held.bytes).toBe(buffer.byteLength);
  });

  it('takes another when it must go again, and leaves that as well', () => {
    const { entry, memory, held } = inBlock();
    const body = new Uint8Array(10_000);
    for (const _ of [1, 2]) {
      entry.moveTo(body, 0);
      expect(memory.idleBytes).toBeGreaterThan(0);
      entry.keep();
      expect(memory.idleBytes).toBe(0);
      body.fill(0);
      expect(entry.data).toEqual(data);
    }
    entry.moveTo(body, 0);
    entry.end(false);
    memory.trim();
    expect(held.bytes).toBe(0);
  });

  it('keeps what has failed to itself: nobody writes over what may be read back', () => {
    for (const isSent of [false, true]) {
      const { entry, memory, held } = inBlock();
      if (isSent) entry.moveTo(new Uint8Array(10_000), 0);
      entry.end(true);
      memory.takeBlock(10_000).fill(1);
      memory.trim();
      expect(entry.records()).toMatchObject([{ data }]);
      expect(held.bytes).toBeLessThan(11_000);
    }
  });
});
