import { seededRandom } from '@shardline/core/internal';
import { describe, expect, it } from 'vitest';
import { Account } from '../src/account.js';
import { FaultPlan } from '../src/fault-plan.js';
import { addStream } from '../src/operations/create-stream.js';
import { defaultServiceLimits } from '../src/service-limits.js';
import { existingShard, openIterator, refuseExpired, sealIterator } from '../src/shard-position.js';
import { id } from './support/service.js';

const facts = {
  accountId: '000000000000',
  region: 'us-east-1',
  limits: defaultServiceLimits,
  maxRetainedBytes: 1e6,
  transitionMs: 0,
  emptyPageGapMs: 1e6,
  idleEventMs: 1e6,
};
const account = new Account({ ...facts, random: seededRandom(1) });
// The longest name there is: an iterator must stay within the 512 characters that the API allows.
const name = 'x'.repeat(128);
const stream = addStream(account, { StreamName: name, ShardCount: 1 }, 1_767_225_600_000, 0);
const shard = existingShard(account, stream, id(0));

const position = {
  streamName: name,
  streamCreatedAtMs: stream.createdAtMs,
  shardId: id(0),
  position: Number.MAX_SAFE_INTEGER,
  timeMs: 1_767_225_600_500,
};

describe('shard iterators', () => {
  it('hold a position for five minutes, in 512 characters at most', () => {
    const now = 1_767_225_600_500;
    const iterator = sealIterator(account, stream, shard, Number.MAX_SAFE_INTEGER, now, now);
    expect(iterator.length).toBeLessThanOrEqual(512);
    expect(openIterator(account, iterator, now + 300_000)).toEqual({ ...position, sealedAtMs: now });
    expect(() => openIterator(account, iterator, now + 300_001)).toThrow('Iterator expired.');
    expect(() => openIterator(account, `${iterator.slice(0, -4)}AAAA`, now)).toThrow(
      'Invalid ShardIterator.',
    );
  });

  it('live as long as the limit says', () => {
    const brief = new Account({
      ...facts,
      random: seededRandom(1),
      limits: { ...defaultServiceLimits, shardIteratorLifeMs: 1_000 },
    });
    const iterator = sealIterator(brief, stream, shard, 0, 5_000, 5_000);
    expect(openIterator(brief, iterator, 6_000).position).toBe(0);
    expect(() => openIterator(brief, iterator, 6_001)).toThrow('the tolerated delay of 1000 milliseconds');
  });
});

describe('refuseExpired', () => {
  const start = { ...position, sealedAtMs: 1_000 };
  const context = (now: number, lifeMs: number) => {
    const asked: unknown[] = [];
    const faults = {
      ...new FaultPlan().draw({ operation: 'GetRecords', stream: name, now, random: seededRandom(1) }),
      iteratorLifeMs: (...args: unknown[]) => {
        asked.push(args);
        return lifeMs;
      },
    };
    return { now, faults, asked };
  };

  it('refuses an iterator that a fault has outlived, and no other', () => {
    const old = context(4_000, 2_999);
    expect(() => refuseExpired(old, stream, start)).toThrow(
      expect.objectContaining({ name: 'ExpiredIteratorException', statusCode: 400 }),
    );
    expect(old.asked).toEqual([[stream, id(0), 3_000]]);
    expect(() => refuseExpired(context(4_000, 3_000), stream, start)).not.toThrow();
  });
});

describe('existingShard', () => {
  it('names the shard that is missing', () => {
    expect(() => existingShard(account, stream, id(7))).toThrow(
      `Could not find shard ${id(7)} in stream ${name} under account 000000000000.`,
    );
  });
});
