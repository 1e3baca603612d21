import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordLog, retainedSize, type StoredRecord } from '../src/record-log.js';
import { RetainedBytes } from '../src/retained-bytes.js';

const sequenceNumber = (serial: number) => String(serial).padStart(10, '0');

/** What a log should be: a list of all records, and how many of them were trimmed. */
class Model {
  readonly all: StoredRecord[] = [];
  first = 0;

  append(arrivalMs: number): StoredRecord {
    const serial = this.all.length;
    const data = new Uint8Array(serial % 7);
    const record = {
      data,
      partitionKey: 'k',
      sequenceNumber: sequenceNumber(serial),
      arrivalMs,
      sizeBytes: data.length + 1,
    };
    this.all.push(record);
    return record;
  }

  trimBefore(ms: number): void {
    this.first = this.positionAtTime(ms);
  }

  positionAtTime(ms: number): number {
    const at = this.all.findIndex((record, index) => index >= this.first && record.arrivalMs >= ms);
    return at === -1 ? this.all.length : at;
  }

  get retainedBytes(): number {
    return this.all.slice(this.first).reduce((sum, { sizeBytes }) => sum + retainedSize(sizeBytes), 0);
  }
}

type Step = { readonly append: number } | { readonly trimBefore: number } | { readonly find: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ append: fc.nat(5) }),
  fc.record({ trimBefore: fc.nat(200) }),
  fc.record({ find: fc.nat(200) }),
);

function check(steps: readonly Step[]): void {
  const budget = new RetainedBytes(Number.POSITIVE_INFINITY);
  const log = new RecordLog(budget);
  const model = new Model();
  let now = 0;
  for (const action of steps) {
    if ('append' in action) {
      now += action.append;
      log.append(model.append(now));
    } else if ('trimBefore' in action) {
      log.trimBefore(action.trimBefore);
      model.trimBefore(action.trimBefore);
    } else {
      const { find } = action;
      expect(log.positionAtTime(find)).toBe(model.positionAtTime(find));
      const position = Math.min(model.all.length, Math.max(model.first, find));
      expect(log.positionAtSequenceNumber(sequenceNumber(find))).toBe(position);
    }
    expect([log.first, log.end]).toEqual([model.first, model.all.length]);
    expect(log.at(log.first)).toBe(model.all[model.first]);
    expect(log.at(log.first - 1)).toBeUndefined();
    expect(budget.used).toBe(model.retainedBytes);
  }
  log.clear();
  expect(budget.used).toBe(0);
}

describe('RecordLog', () => {
  it('behaves like a list whose head is trimmed', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 200 }), check));
  });
});
