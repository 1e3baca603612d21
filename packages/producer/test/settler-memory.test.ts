import { expect, test, vi } from 'vitest';
import { ShardMap } from '../src/shard-map.js';
import { aggregate, tagsOf } from './support/entries.js';
import { makeLane } from './support/lanes.js';
import { noMemory } from './support/no-memory.js';
import { makeSettler } from './support/settlers.js';
import { evenShards, shardId } from './support/shards.js';

const shards = evenShards(2);
const pair = () => aggregate([{ tag: 0 }, { tag: 1 }]);
const laneWithout = () => makeLane({ range: shards[0], memory: noMemory() }).lane;
const refusal = {
  fault: {
    kind: 'refused',
    name: 'ValidationException',
    message: '',
    answered: true,
    sent: true,
    cause: undefined,
  },
} as const;
const landedOnOther = { answers: [{ shardId: shardId(1), sequenceNumber: '5' }] };

test('P1, P7: a refused aggregate that there is no memory to take apart goes again whole, after a while', () => {
  const lane = laneWithout();
  const { settle, ended, retries, clock, free } = makeSettler();
  const entry = pair();
  settle(lane, [entry], refusal);
  expect([ended, retries, lane.queue.drain()]).toEqual([[], ['no-memory RangeError 0,1'], [entry]]);
  expect(lane.notBeforeMs).toBeGreaterThan(clock.monotonic());
  expect([lane.inFlight, free]).toEqual([0, [lane]]);
  expect(entry.records()).toHaveLength(2);
});

test('P1, P4: one that landed elsewhere takes no memory: it is taken apart when it goes, and may be stored', async () => {
  const lane = laneWithout();
  const map = new ShardMap(shards);
  const { settle, ended, retries, clock } = makeSettler({
    locate: async () => ({ landed: shards[1], map }),
  });
  const entry = pair();
  settle(lane, [entry], landedOnOther);
  await clock.advance(0);
  expect([ended, retries, lane.queue.drain()]).toEqual([[], ['wrong-shard WrongShard 0,1'], [entry]]);
  expect([lane.awaitingMap, entry.mayBeStored, entry.goesAlone]).toEqual([0, true, true]);
});

test('P1, P4: what there is no memory to judge is not acknowledged: it goes again', async () => {
  const { lane } = makeLane({ range: shards[0] });
  // All of its records belong where it landed.
  const { settle, ended, back, retries, clock, free } = makeSettler({
    locate: async () => ({ landed: { ...evenShards(1)[0], shardId: shardId(1) } as never, map: undefined }),
  });
  const entry = pair();
  vi.spyOn(entry, 'records').mockImplementationOnce(() => {
    throw new RangeError('Array buffer allocation failed');
  });
  settle(lane, [entry], landedOnOther);
  await clock.advance(0);
  expect([ended, back, retries]).toEqual([[], [[0, 1]], ['no-memory RangeError 0,1']]);
  expect(lane.notBeforeMs).toBeGreaterThan(clock.monotonic());
  expect([lane.awaitingMap, free, entry.mayBeStored]).toEqual([0, [lane, lane], true]);
  settle(lane, [entry], landedOnOther);
  await clock.advance(0);
  expect(ended.map(({ tags }) => tags)).toEqual([tagsOf([entry])]);
});

test('P6: lanes are free again though an entry cannot be ended', () => {
  const { lane } = makeLane();
  const broken = new Error('broken');
  const { settle, free } = makeSettler({
    finish() {
      throw broken;
    },
  });
  expect(() => settle(lane, [pair()], { answers: [{ shardId: shardId(0), sequenceNumber: '5' }] })).toThrow(
    broken,
  );
  expect([lane.inFlight, free]).toEqual([0, [lane]]);
});
