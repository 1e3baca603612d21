import { describe, expect, it } from 'vitest';
import { blockNeeded, RecordSegment, retainedSize } from '../src/record-segment.js';

const record = (data: Uint8Array, partitionKey = 'k') => ({
  data,
  partitionKey,
  arrivalMs: 7,
  sizeBytes: data.byteLength + 1,
});

describe('RecordSegment', () => {
  it('gives back what was appended', () => {
    const segment = new RecordSegment(100, 20);
    const datas = [Buffer.from('ab'), Buffer.from(''), Buffer.alloc(4_096, 5), Buffer.from('cde')];
    for (const data of datas) expect(segment.tryAppend(record(data))).toBe(true);
    expect([segment.base, segment.end]).toEqual([100, 104]);
    for (const [index, data] of datas.entries()) {
      expect(segment.copyData(100 + index).equals(data)).toBe(true);
      expect([segment.keyAt(100 + index), segment.sizeAt(100 + index)]).toEqual(['k', data.byteLength + 1]);
    }
    expect(segment.arrivalAt(103)).toBe(7);
  });

  it('takes no more small data than its block holds, and nothing of what it refuses', () => {
    const segment = new RecordSegment(0, 10);
    expect(segment.tryAppend(record(new Uint8Array(6)))).toBe(true);
    expect(segment.tryAppend(record(new Uint8Array(5)))).toBe(false);
    expect(segment.tryAppend(record(new Uint8Array(4)))).toBe(true);
    expect(segment.tryAppend(record(new Uint8Array(1)))).toBe(false);
    expect(segment.tryAppend(record(new Uint8Array(4_096)))).toBe(true);
    expect(segment.end).toBe(3);
  });

  it('takes so many records, however small', () => {
    const segment = new RecordSegment(0, 10);
    for (let n = 0; n < 1_024; n += 1) expect(segment.tryAppend(record(new Uint8Array()))).toBe(true);
    expect(segment.tryAppend(record(new Uint8Array()))).toBe(false);
  });

  it.each([10, 4_095, 4_096, 50_000])('shares no memory with the request: %i bytes', (bytes) => {
    const body = Buffer.alloc(1_000_000, 1);
    const segment = new RecordSegment(0, 8_192);
    segment.tryAppend(record(body.subarray(50, 50 + bytes)));
    body.fill(2);
    expect(segment.copyData(0).every((byte) => byte === 1)).toBe(true);
  });

  it.each([10, 4_096])('gives copies that may be changed: %i bytes', (bytes) => {
    const segment = new RecordSegment(0, 8_192);
    segment.tryAppend(record(Buffer.alloc(bytes, 1)));
    segment.copyData(0).fill(2);
    expect(segment.copyData(0).every((byte) => byte === 1)).toBe(true);
  });

  it('does not copy large data that lies alone in its memory', () => {
    const data = new Uint8Array(5_000);
    const segment = new RecordSegment(0, 10);
    segment.tryAppend(record(data));
    data.fill(1);
    expect(segment.copyData(0)[0]).toBe(1);
  });
});

describe('blockNeeded', () => {
  it.each([
    [0, 0],
    [4_095, 4_095],
    [4_096, 0],
  ])('data of %i bytes takes %i of a block', (bytes, needed) => {
    expect(blockNeeded(new Uint8Array(bytes))).toBe(needed);
  });
});

describe('retainedSize', () => {
  it.each([
    [0, 1, 65],
    [4_095, 256, 4_415],
    [4_096, 1, 4_417],
    [4_096, 0, 4_416],
  ])('data of %i bytes under a key of %i costs %i: more where it is kept by itself', (data, key, bytes) => {
    expect(retainedSize(data + key, data)).toBe(bytes);
    expect(bytes - data - key === 320).toBe(blockNeeded(new Uint8Array(data)) === 0 && data > 0);
  });
});
