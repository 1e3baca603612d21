import { expect, test } from 'vitest';
import { TroubleList } from '../src/trouble-list.js';

test('TroubleList counts all troubles and keeps the first few of each kind', () => {
  const troubles = new TroubleList(2);
  for (const id of ['1', '2', '3']) troubles.add('lost', id);
  troubles.add('repeats', '4', 7);
  expect([troubles.count('lost'), troubles.count('repeats'), troubles.count('altered')]).toEqual([3, 7, 0]);
  expect(troubles.examples('lost')).toEqual(['1', '2']);
  expect(troubles.examples('repeats')).toEqual(['4']);
  expect(troubles.examples('altered')).toEqual([]);
});
