import { describe, expect, it } from 'vitest';
import { blockNeeded, RecordSegment } from '../src/record-segment.js';

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
      const found = segment.at(100 + index);
      expect(Buffer.from(found.data).equals(data)).toBe(true);
      expect(found).toMatchObject({ partitionKey: 'k', arrivalMs: 7, sizeBytes: data.byteLength + 1 });
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

  it.each([10, 4_095, 4_096, 50_000])(
    'keeps no more memory alive than it needs, nor shares any with the request: %i bytes',
    (bytes) => {
      const body = Buffer.alloc(1_000_000, 1);
      const segment = new RecordSegment(0, 8_192);
      segment.tryAppend(record(body.subarray(50, 50 + bytes)));
      body.fill(2);
      const { data } = segment.at(0);
      expect(data.every((byte) => byte === 1)).toBe(true);
      expect(data.buffer.byteLength).toBe(Math.max(bytes, bytes < 4_096 ? 8_192 : 0));
    },
  );

  it('keeps large data that lies alone in its memory as it is', () => {
    const data = new Uint8Array(5_000);
    const segment = new RecordSegment(0, 10);
    segment.tryAppend(record(data));
    expect(segment.at(0).data).toBe(data);
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
