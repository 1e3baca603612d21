import { describe, expect, it } from 'vitest';
import { RecordLog } from '../src/record-log.js';
import { millisBehind, type PageBounds, readPage } from '../src/record-page.js';
import { RetainedBytes } from '../src/retained-bytes.js';

const start = { position: 0, timeMs: 0 };

/** A log of records that arrived at these times, of 10 bytes each unless told. */
function logOf(arrivals: readonly number[], sizeBytes = 10): RecordLog {
  const log = new RecordLog('', new RetainedBytes(Number.POSITIVE_INFINITY));
  for (const arrivalMs of arrivals) {
    log.append({ data: new Uint8Array(sizeBytes - 1), partitionKey: 'k', arrivalMs, sizeBytes });
  }
  return log;
}

const bounds = (given: Partial<PageBounds> = {}): PageBounds => ({
  maxRecords: 100,
  maxBytes: 1_000,
  emptyPageGapMs: 500,
  now: 10_000,
  ...given,
});

/** The positions of a page's records, as their serial numbers have them. */
const numbersOf = ({ records }: ReturnType<typeof readPage>) =>
  records.map(({ SequenceNumber }) => `${Number(SequenceNumber?.slice(0, 14)) - 1}`);

describe('readPage', () => {
  it('ends with the records, after so many of them, or before they are too large together', () => {
    const log = logOf([100, 200, 300]);
    expect(numbersOf(readPage(log, start, bounds()))).toEqual(['0', '1', '2']);
    expect(numbersOf(readPage(log, start, bounds({ maxRecords: 2 })))).toEqual(['0', '1']);
    expect(readPage(log, start, bounds({ maxBytes: 29 }))).toMatchObject({ bytes: 20, position: 2 });
    expect(readPage(log, start, bounds({ maxBytes: 30 }))).toMatchObject({ bytes: 30, position: 3 });
  });

  it('has one record that is too large for any page on a page of its own', () => {
    expect(readPage(logOf([100, 200], 2_000), start, bounds())).toMatchObject({ bytes: 2_000, position: 1 });
  });

  it('crosses a stretch of time without records by an empty page', () => {
    const log = logOf([100, 700]);
    const first = readPage(log, start, bounds());
    expect([numbersOf(first), first.timeMs]).toEqual([['0'], 100]);
    const second = readPage(log, first, bounds());
    expect([numbersOf(second), second.timeMs, second.position]).toEqual([[], 700, 1]);
    expect(numbersOf(readPage(log, second, bounds()))).toEqual(['1']);
  });

  it('stands at the present once nothing is left', () => {
    expect(readPage(logOf([100]), start, bounds({ now: 9_000.5 }))).toMatchObject({
      position: 1,
      timeMs: 9_000,
    });
  });
});

describe('millisBehind', () => {
  it('counts from the next record, and is never 0 while there is one', () => {
    const log = logOf([100, 10_000]);
    expect([
      millisBehind(log, 0, 10_000),
      millisBehind(log, 1, 10_000),
      millisBehind(log, 2, 10_000),
    ]).toEqual([9_900, 1, 0]);
  });
});
