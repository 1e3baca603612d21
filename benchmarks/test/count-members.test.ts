import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countMembers } from '../workload/count-members.js';
import { decodeAggregate, encodeAggregate } from '../workload/kpl-format.js';

const aggregates = fc
  .array(fc.record({ key: fc.string({ maxLength: 300 }), data: fc.uint8Array({ maxLength: 300 }) }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((records) =>
    encodeAggregate({
      partitionKeyTable: records.map(({ key }) => key),
      records: records.map(({ data }, partitionKeyIndex) => ({ partitionKeyIndex, data })),
    }),
  );

const counted = (bytes: Uint8Array) => {
  const into = { records: 0, dataBytes: 0 };
  return countMembers(bytes, bytes.length, into) ? into : undefined;
};

describe('countMembers', () => {
  it('counts what the referee decodes', () => {
    fc.assert(
      fc.property(aggregates, (aggregate) => {
        const records = decodeAggregate(aggregate)?.records ?? [];
        const dataBytes = records.reduce((sum, { data }) => sum + data.length, 0);
        expect(counted(aggregate)).toEqual({ records: records.length, dataBytes });
      }),
    );
  });

  it('counts up to the end given, whatever stands behind', () => {
    const aggregate = encodeAggregate({
      partitionKeyTable: ['a'],
      records: [{ partitionKeyIndex: 0, data: Buffer.from('xyz') }],
    });
    const into = { records: 0, dataBytes: 0 };
    const longer = Buffer.concat([aggregate, Buffer.alloc(100, 0x1a)]);
    expect(countMembers(longer, aggregate.length, into)).toBe(true);
    expect(into).toEqual({ records: 1, dataBytes: 3 });
  });

  it('says that other bytes are no aggregate, and adds nothing', () => {
    expect(counted(Buffer.from('some text that is long enough'))).toBeUndefined();
    expect(counted(Buffer.alloc(0))).toBeUndefined();
  });

  it('refuses a field that ends behind the aggregate', () => {
    fc.assert(
      fc.property(aggregates, (aggregate) => {
        const body = aggregate.subarray(0, aggregate.length - 16);
        const spoilt = Buffer.concat([body, Buffer.from([0x1a, 0xff, 0xff, 0x7f]), Buffer.alloc(16)]);
        expect(counted(spoilt)).toBeUndefined();
      }),
    );
  });

  it('never fails, whatever stands behind the magic number', () => {
    const magic = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const found = counted(Buffer.concat([magic, bytes]));
        expect(found === undefined || found.dataBytes <= bytes.length).toBe(true);
      }),
    );
  });
});
