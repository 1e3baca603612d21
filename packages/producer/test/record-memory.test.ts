import { hashKeyOf } from '@shardline/aggregation';
import { describe, expect, it } from 'vitest';
import { encoderOverheadBytes, RecordMemory } from '../src/record-memory.js';

/** Memory, and what it counts. */
function makeMemory(maxIdleBytes = 1_000_000) {
  const counted = { bytes: 0 };
  const memory = new RecordMemory({
    hold: (deltaBytes) => {
      counted.bytes += deltaBytes;
    },
    maxIdleBytes,
  });
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
    const { memory, counted } = makeMemory(25_000);
    const encoders = [grown(memory), grown(memory), grown(memory)];
    memory.hold(3 * 100);
    for (const encoder of encoders) memory.giveBack(encoder, 100);
    expect(memory.idleBytes).toBeGreaterThan(10_000);
    expect(memory.idleBytes).toBeLessThanOrEqual(25_000);
    expect(counted.bytes).toBe(memory.idleBytes + 2 * encoderOverheadBytes);
    expect(memory.setAsideBytes).toBe(25_000 - memory.idleBytes);
  });

  it('lets go of everything idle when asked', () => {
    const { memory, counted } = makeMemory();
    const encoder = grown(memory);
    memory.giveBack(encoder, 0);
    memory.trim();
    expect([memory.idleBytes, counted.bytes]).toEqual([0, 0]);
    expect(memory.take()).not.toBe(encoder);
  });
});
