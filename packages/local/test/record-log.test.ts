import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordLog, type StoredRecord } from '../src/record-log.js';
import { type NewRecord, retainedSize } from '../src/record-segment.js';
import { RetainedBytes } from '../src/retained-bytes.js';
import { formatSequenceNumber } from '../src/sequence-number.js';

const prefix = '49';
const sequenceNumber = (position: number, arrivalMs: number) =>
  formatSequenceNumber(prefix, position + 1, arrivalMs);

/** What a log should be: a list of all records, and how many of them were trimmed. */
class Model {
  readonly all: (StoredRecord & NewRecord)[] = [];
  first = 0;

  append(record: NewRecord): string {
    const number = sequenceNumber(this.all.length, record.arrivalMs);
    this.all.push({ ...record, sequenceNumber: number });
    return number;
  }

  trimBefore(ms: number): void {
    this.first = this.positionAtTime(ms);
  }

  positionAtTime(ms: number): number {
    const at = this.all.findIndex((record, index) => index >= this.first && record.arrivalMs >= ms);
    return at === -1 ? this.all.length : at;
  }

  get retainedBytes(): number {
    const sizes = this.all
      .slice(this.first)
      .map(({ sizeBytes, data }) => [sizeBytes, data.byteLength] as const);
    return sizes.reduce((sum, size) => sum + retainedSize(...size), 0);
  }
}

type Step =
  | { readonly append: number; readonly dataBytes: number; readonly times: number }
  | { readonly trimBefore: number }
  | { readonly find: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    append: fc.nat(5),
    dataBytes: fc.oneof(
      fc.nat(40),
      fc.integer({ min: 3_000, max: 6_000 }),
      fc.integer({ min: 4_090, max: 4_100 }),
    ),
    times: fc.constantFrom(1, 1, 50),
  }),
  fc.record({ trimBefore: fc.nat(200) }),
  fc.record({ find: fc.nat(200) }),
);

function record(serial: number, dataBytes: number, arrivalMs: number): NewRecord {
  const data = Uint8Array.from({ length: dataBytes }, (_, index) => serial + index);
  const partitionKey = serial % 5 === 0 ? undefined : `k${serial}`;
  return { data, partitionKey, arrivalMs, sizeBytes: dataBytes + (partitionKey?.length ?? 0) };
}

function check(steps: readonly Step[]): void {
  const budget = new RetainedBytes(Number.POSITIVE_INFINITY);
  const log = new RecordLog(prefix, budget);
  const model = new Model();
  let now = 0;
  for (const action of steps) {
    if ('append' in action) {
      now += action.append;
      for (let n = 0; n < action.times; n += 1) {
        const next = record(model.all.length, action.dataBytes, now);
        expect(log.append({ ...next, data: next.data.slice() })).toBe(model.append(next));
      }
    } else if ('trimBefore' in action) {
      log.trimBefore(action.trimBefore);
      model.trimBefore(action.trimBefore);
    } else {
      expect(log.positionAtTime(action.find)).toBe(model.positionAtTime(action.find));
      const position = Math.min(model.all.length, Math.max(model.first, action.find));
      const arrivalMs = model.all[position]?.arrivalMs ?? now;
      expect(log.positionAtSequenceNumber(sequenceNumber(position, arrivalMs))).toBe(position);
    }
    expect([log.first, log.end]).toEqual([model.first, model.all.length]);
    for (const position of [log.first, (log.first + log.end) >>> 1, log.end - 1]) {
      expectSame(log, position, position < model.first ? undefined : model.all[position]);
    }
    expect(log.at(log.first - 1)).toBeUndefined();
    expect(log.at(log.end)).toBeUndefined();
    // Memory goes by whole segments, so what is counted is never less than what is kept.
    expect(budget.used).toBeGreaterThanOrEqual(model.retainedBytes);
    expect(log.retainedBytes).toBe(budget.used);
    if (log.first === log.end) expect(budget.used).toBe(0);
  }
  log.clear();
  expect(budget.used).toBe(0);
}

function expectSame(
  log: RecordLog,
  position: number,
  expected: (StoredRecord & NewRecord) | undefined,
): void {
  const found = log.at(position);
  expect(found && { ...found, data: log.copyData(position).toString('hex') }).toEqual(
    expected && { ...expected, data: Buffer.from(expected.data).toString('hex') },
  );
}

describe('RecordLog', () => {
  it('behaves like a list whose head is trimmed', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), check));
  });

  it('gives memory back while records are left: at most a segment of trimmed ones stays', () => {
    const budget = new RetainedBytes(Number.POSITIVE_INFINITY);
    const log = new RecordLog(prefix, budget);
    for (let at = 0; at < 20_000; at += 1) log.append(record(at, at % 2 === 0 ? 0 : 1_000, at));
    const all = budget.used;
    log.trimBefore(19_990);
    expect(log.first).toBe(19_990);
    expect(budget.used).toBeLessThan(all / 100);
    expect(budget.used).toBeGreaterThanOrEqual(10 * retainedSize(0, 0));
  });

  it('ends a segment of records without data too', () => {
    const budget = new RetainedBytes(Number.POSITIVE_INFINITY);
    const log = new RecordLog(prefix, budget);
    const empty = { data: new Uint8Array(), partitionKey: undefined, sizeBytes: 0 };
    for (let at = 0; at < 10_000; at += 1) log.append({ ...empty, arrivalMs: at });
    log.trimBefore(9_999);
    expect(budget.used).toBeLessThanOrEqual(1_024 * retainedSize(0, 0));
  });
});
