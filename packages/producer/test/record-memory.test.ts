import { type AggregateEncoder, hashKeyOf } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { encoderOverheadBytes, RecordMemory, type RecordMemoryParts } from '../src/record-memory.js';
import { memoryParts } from './support/memory-parts.js';

/** Memory, and what it counts. */
function makeMemory(parts: Partial<RecordMemoryParts> = {}) {
  const counted = { bytes: 0 };
  const hold = (deltaBytes: number) => {
    counted.bytes += deltaBytes;
  };
  const memory = new RecordMemory(memoryParts({ hold, maxIdleBytes: 1_000_000, ...parts }));
  return { memory, counted };
}

/** An encoder that has grown and is empty again. */
function grown(memory: RecordMemory) {
  const encoder = memory.take();
  encoder.tryAdd('key', undefined, 'x'.repeat(10_000), hashKeyOf('key'), 20_000);
  encoder.reset();
  return encoder;
}

describe('RecordMemory', () => {
  it('hands an encoder out again that was given back, with the memory it has', () => {
    const { memory } = makeMemory();
    const encoder = grown(memory);
    memory.giveBack(encoder, 0);
    expect(memory.idleBytes).toBe(encoder.capacityBytes);
    expect(memory.take()).toBe(encoder);
    expect(memory.idleBytes).toBe(0);
    expect(memory.take()).not.toBe(encoder);
  });

  it('counts what idle encoders hold, whatever was counted of them before (P2)', () => {
    const { memory, counted } = makeMemory();
    const encoder = grown(memory);
    memory.hold(100);
    memory.giveBack(encoder, 100);
    expect(counted.bytes).toBe(encoder.capacityBytes + encoderOverheadBytes);
    memory.take();
    expect(counted.bytes).toBe(encoder.capacityBytes + encoderOverheadBytes);
  });

  it('keeps no more than it may, and counts no longer what it lets go (P2)', () => {
    const { memory, counted } = makeMemory({ maxIdleBytes: 25_000 });
    const encoders = [grown(memory), grown(memory), grown(memory)];
    memory.hold(3 * 100);
    for (const encoder of encoders) memory.giveBack(encoder, 100);
    expect(memory.idleBytes).toBeGreaterThan(10_000);
    expect(memory.idleBytes).toBeLessThanOrEqual(25_000);
    expect(counted.bytes).toBe(memory.idleBytes + 2 * encoderOverheadBytes);
  });

  it('keeps what is set aside and no more where somebody waits for memory, or comes to (P2)', () => {
    const waits = { now: false };
    const { memory, counted } = makeMemory({ setAsideBytes: 25_000, isContended: () => waits.now });
    expect(memory.setAsideBytes).toBe(25_000);
    const encoders = Array.from({ length: 4 }, () => grown(memory));
    for (const encoder of encoders.slice(0, 3)) memory.giveBack(encoder, 0);
    const [{ capacityBytes }] = encoders as [AggregateEncoder];
    expect([memory.idleBytes, memory.setAsideBytes]).toEqual([3 * capacityBytes, 0]);
    memory.shrink();
    expect([memory.idleBytes, memory.setAsideBytes]).toEqual([2 * capacityBytes, 25_000 - 2 * capacityBytes]);
    waits.now = true;
    memory.giveBack(encoders[3] as AggregateEncoder, 0);
    expect(memory.idleBytes).toBe(2 * capacityBytes);
    expect(counted.bytes).toBe(2 * (capacityBytes + encoderOverheadBytes));
  });

  it('lets go of everything idle when asked, of what never grew as well', () => {
    const { memory, counted } = makeMemory({ setAsideBytes: 1_000 });
    const fresh = memory.take();
    for (const encoder of [fresh, grown(memory)]) memory.giveBack(encoder, 0);
    memory.trim();
    expect([memory.idleBytes, counted.bytes]).toEqual([0, 0]);
  });

  it('tells of an encoder that comes back though it holds as much as before: less is set aside', () => {
    const told: number[] = [];
    const memory = new RecordMemory(
      memoryParts({ hold: (deltaBytes) => told.push(deltaBytes), maxIdleBytes: 1_000_000 }),
    );
    const encoder = grown(memory);
    told.length = 0;
    memory.giveBack(encoder, encoder.capacityBytes);
    expect(told).toEqual([0]);
  });

  it('lets go of everything idle when asked: it is not used again', () => {
    const { memory, counted } = makeMemory();
    const encoder = grown(memory);
    memory.giveBack(encoder, 0);
    memory.trim();
    expect([memory.idleBytes, counted.bytes]).toEqual([0, 0]);
    expect(memory.take()).not.toBe(encoder);
  });
});

describe('RecordMemory: blocks', () => {
  it('hands out for a record what another of nearly its size has left', () => {
    const { memory, counted } = makeMemory();
    const block = memory.takeBlock(50_000);
    expect(block).toHaveLength(50_000);
    expect(counted.bytes).toBe(block.buffer.byteLength);
    memory.giveBackBlock(block);
    expect([memory.idleBytes, counted.bytes]).toEqual([block.buffer.byteLength, block.buffer.byteLength]);
    const next = memory.takeBlock(49_500);
    expect(next).toHaveLength(49_500);
    expect(next.buffer).toBe(block.buffer);
    expect([memory.idleBytes, counted.bytes]).toEqual([0, block.buffer.byteLength]);
    expect(memory.takeBlock(50_000).buffer).not.toBe(block.buffer);
  });

  it('tells of a block that is left, though it is held all the same: less is set aside then, for which somebody may wait', () => {
    const told: number[] = [];
    const { memory } = makeMemory({ hold: (deltaBytes) => void told.push(deltaBytes) });
    const block = memory.takeBlock(50_000);
    memory.giveBackBlock(block);
    expect(told).toEqual([block.buffer.byteLength, 0]);
  });

  it('keeps no short ones: they cost less to make', () => {
    const { memory, counted } = makeMemory();
    const block = memory.takeBlock(100);
    expect(counted.bytes).toBe(100);
    memory.giveBackBlock(block);
    expect([memory.idleBytes, counted.bytes]).toEqual([0, 0]);
  });

  it('keeps no more than it may, and lets go of other sizes for those that come', () => {
    const { memory, counted } = makeMemory({ maxIdleBytes: 100_000 });
    const give = (bytes: number, count: number) => {
      const blocks = Array.from({ length: count }, () => memory.takeBlock(bytes));
      for (const block of blocks) memory.giveBackBlock(block);
    };
    give(8_192, 20);
    expect([memory.idleBytes, counted.bytes]).toEqual([12 * 8_192, 12 * 8_192]);
    give(16_384, 3);
    expect([memory.idleBytes, counted.bytes]).toEqual([3 * 16_384 + 6 * 8_192, 3 * 16_384 + 6 * 8_192]);
    give(131_072, 1);
    expect(memory.idleBytes).toBe(3 * 16_384 + 6 * 8_192);
  });

  it('lets blocks go before encoders, and for them', () => {
    const { memory } = makeMemory({ setAsideBytes: 30_000, maxIdleBytes: 0 });
    const [encoder, other] = [grown(memory), grown(memory)];
    memory.giveBackBlock(memory.takeBlock(8_192));
    memory.giveBack(encoder, 0);
    memory.giveBack(other, 0);
    expect(memory.idleBytes).toBe(encoder.capacityBytes + other.capacityBytes);
    memory.giveBackBlock(memory.takeBlock(8_192));
    expect([memory.take(), memory.take()]).toEqual([other, encoder]);
    memory.giveBack(encoder, 0);
    memory.giveBackBlock(memory.takeBlock(8_192));
    memory.shrink();
    expect(memory.idleBytes).toBe(encoder.capacityBytes + 8_192);
    memory.giveBackBlock(memory.takeBlock(16_384));
    expect(memory.take()).toBe(encoder);
    memory.giveBack(encoder, 0);
    expect(memory.idleBytes).toBe(encoder.capacityBytes + 16_384);
    memory.trim();
    expect(memory.idleBytes).toBe(0);
  });

  it('keeps what is set aside and no more while somebody waits for memory (P2)', () => {
    const { memory } = makeMemory({ setAsideBytes: 20_000, isContended: () => true });
    const blocks = Array.from({ length: 4 }, () => memory.takeBlock(8_192));
    for (const block of blocks) memory.giveBackBlock(block);
    expect([memory.idleBytes, memory.setAsideBytes]).toEqual([2 * 8_192, 20_000 - 2 * 8_192]);
  });
});
