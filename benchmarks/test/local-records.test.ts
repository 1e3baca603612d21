import { describe, expect, it } from 'vitest';
import { jsonEntries, requireSameRecords } from '../workload/local-records.js';

describe('jsonEntries', () => {
  it('has fresh data of the size that is asked for', () => {
    const [a, b] = jsonEntries(2, 30);
    expect(Buffer.from(a?.Data ?? '', 'base64')).toHaveLength(30);
    expect(a?.PartitionKey).toHaveLength(36);
    expect(a).not.toEqual(b);
  });
});

describe('requireSameRecords', () => {
  const put = jsonEntries(3, 10);

  it('passes what was put', () => {
    expect(() => requireSameRecords(structuredClone(put), put)).not.toThrow();
  });

  it('fails a loss, another order, other data and another key', () => {
    const [first, second, third] = put;
    if (!first || !second || !third) throw new Error('there are three');
    expect(() => requireSameRecords(put.slice(1), put)).toThrow('read 2 records; put were 3');
    expect(() => requireSameRecords([second, first, third], put)).toThrow('record 0');
    expect(() => requireSameRecords([first, second, { ...third, Data: 'AAAA' }], put)).toThrow('record 2');
    expect(() => requireSameRecords([first, { ...second, PartitionKey: 'k' }, third], put)).toThrow(
      'record 1',
    );
  });
});
