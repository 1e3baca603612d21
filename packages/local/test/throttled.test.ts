import { expect, it } from 'vitest';
import { throttled } from '../src/throttled.js';
import { bareStream } from './support/bare-stream.js';

it('throttled names shard, stream and account', () => {
  const stream = bareStream(1);
  const [shard] = stream.openShards;
  if (!shard) throw new Error('there is one');
  expect(throttled({ id: '000000000000' }, stream, shard)).toEqual({
    code: 'ProvisionedThroughputExceededException',
    message: 'Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.',
  });
});
