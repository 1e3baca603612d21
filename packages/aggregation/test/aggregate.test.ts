import { describe, expect, it } from 'vitest';
import { Aggregate } from '../src/aggregate.js';

describe('Aggregate', () => {
  const bytes = Buffer.from('....keyotherhash12345678', 'latin1').subarray(4);
  const aggregate = new Aggregate(bytes);
  aggregate.partitionKeys.add(0, 3);
  aggregate.partitionKeys.add(3, 8);
  aggregate.explicitHashKeys.add(8, 12);
  for (let member = 0; member < 100; member++) {
    aggregate.add(member % 2, member % 3 === 0 ? 0 : -1, 12 + (member % 4), 16 + (member % 4));
  }

  it('keeps every member', () => {
    expect(aggregate.count).toBe(100);
    for (let member = 0; member < 100; member++) {
      expect(aggregate.partitionKeyIndex(member)).toBe(member % 2);
      expect(aggregate.partitionKey(member)).toBe(member % 2 === 0 ? 'key' : 'other');
      expect(aggregate.explicitHashKey(member)).toBe(member % 3 === 0 ? 'hash' : undefined);
      const data = '12345678'.slice(member % 4, (member % 4) + 4);
      expect(Buffer.from(aggregate.data(member)).toString('latin1')).toBe(data);
    }
  });

  it('gives data as views', () => {
    expect(aggregate.data(0).buffer).toBe(bytes.buffer);
  });
});
