import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { Account } from '../src/account.js';
import { addStream } from '../src/operations/create-stream.js';
import { defaultServiceLimits } from '../src/service-limits.js';
import { existingShard, openIterator, sealIterator } from '../src/shard-position.js';
import { id } from './support/service.js';

const account = new Account({
  accountId: '000000000000',
  region: 'us-east-1',
  limits: defaultServiceLimits,
  maxRetainedBytes: 1e6,
  transitionMs: 0,
  emptyPageGapMs: 1e6,
  random: seededRandom(1),
});
// The longest name there is: an iterator must stay within the 512 characters that the API allows.
const name = 'x'.repeat(128);
const stream = addStream(account, { StreamName: name, ShardCount: 1 }, 1_767_225_600_000, 0);
const shard = existingShard(account, stream, id(0));

describe('shard iterators', () => {
  it('hold a position for five minutes, in 512 characters at most', () => {
    const now = 1_767_225_600_500;
    const iterator = sealIterator(account, stream, shard, Number.MAX_SAFE_INTEGER, now, now);
    expect(iterator.length).toBeLessThanOrEqual(512);
    const position = {
      streamName: name,
      streamCreatedAtMs: stream.createdAtMs,
      shardId: id(0),
      position: Number.MAX_SAFE_INTEGER,
      timeMs: now,
    };
    expect(openIterator(account, iterator, now + 300_000)).toEqual(position);
    expect(() => openIterator(account, iterator, now + 300_001)).toThrow('Iterator expired.');
    expect(() => openIterator(account, `${iterator.slice(0, -4)}AAAA`, now)).toThrow(
      'Invalid ShardIterator.',
    );
  });
});

describe('existingShard', () => {
  it('names the shard that is missing', () => {
    expect(() => existingShard(account, stream, id(7))).toThrow(
      `Could not find shard ${id(7)} in stream ${name} under account 000000000000.`,
    );
  });
});
