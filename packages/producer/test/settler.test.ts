import type { ServiceFault } from '@shardline/core/internal';
import { expect, test } from 'vitest';
import type { EntryAnswer } from '../src/kinesis-api.js';
import type { Lane } from '../src/lane.js';
import type { RequestEnd } from '../src/sender.js';
import type { SettlerParts } from '../src/settler.js';
import { ShardMap, type ShardRange } from '../src/shard-map.js';
import { aggregate, single, tagsOf } from './support/entries.js';
import { makeLane } from './support/lanes.js';
import { makeSettler } from './support/settlers.js';
import { evenShards, keysOf, shardId, split } from './support/shards.js';

const landed = (sequenceNumber: string, shard = shardId(0)): EntryAnswer => ({
  shardId: shard,
  sequenceNumber,
});
const refused = (errorCode: string): EntryAnswer => ({ errorCode, errorMessage: '' });
const fault = (
  kind: 'transient' | 'throttled' | 'refused' | 'access-denied',
  name: string,
  answered = true,
): RequestEnd => ({
  fault: { kind, name, message: '', answered, sent: true, cause: undefined },
});
const singles = (count: number) =>
  Array.from({ length: count }, (_, tag) => single({ tag, partitionKey: `k${tag}` }));

test('P1: each entry gets its own answer, in order, and the lane is free afterwards', () => {
  const { lane } = makeLane();
  const { settle, ended, back, free } = makeSettler();
  settle(lane, singles(3), { answers: [landed('7'), refused('KMSDisabledException'), landed('8')] });
  expect(ended).toEqual([
    { tags: [0], outcome: `${shardId(0)}/7` },
    { tags: [1], outcome: 'ENCRYPTION_KEY_UNUSABLE' },
    { tags: [2], outcome: `${shardId(0)}/8` },
  ]);
  expect([back, free, lane.inFlight]).toEqual([[], [lane], 0]);
});

test('P1: the answers of a request go to the parts in the order of its entries', () => {
  const [one, other] = [makeLane().lane, makeLane().lane];
  const { settler, ended } = makeSettler();
  one.inFlight = 1;
  other.inFlight = 1;
  const parts = [
    { lane: one, entries: [single({ tag: 0 })] },
    { lane: other, entries: [single({ tag: 1 }), single({ tag: 2 })] },
  ];
  settler.settle({ parts, sentMs: 0, endMs: 1, end: { answers: [landed('1'), landed('2'), landed('3')] } });
  expect(ended.map(({ tags, outcome }) => [tags[0], outcome.slice(-1)])).toEqual([
    [0, '1'],
    [1, '2'],
    [2, '3'],
  ]);
});

test('P3: entries that go again do so in their order, before everything else of the lane', () => {
  const { lane } = makeLane();
  lane.queue.push(single({ tag: 9 }));
  const { settle, back, retries } = makeSettler();
  settle(lane, singles(4), {
    answers: [
      refused('InternalFailure'),
      landed('1'),
      refused('ProvisionedThroughputExceededException'),
      refused('InternalFailure'),
    ],
  });
  expect(back).toEqual([[0, 2, 3]]);
  expect(tagsOf(lane.queue.drain())).toEqual([0, 2, 3, 9]);
  expect(retries).toEqual([
    'transient InternalFailure 0,3',
    'throttled ProvisionedThroughputExceededException 2',
  ]);
});

test('P2: entries that fail together, answered or not, have their attempts in common', () => {
  const { lane } = makeLane();
  const { settle } = makeSettler();
  const entries = singles(3);
  settle(lane, entries, fault('transient', 'TimeoutError', false));
  settle(lane, lane.queue.drain(), { answers: entries.map(() => refused('InternalFailure')) });
  const [first, ...others] = entries;
  expect(first?.attempts.map(({ errorCode }) => errorCode)).toEqual(['TimeoutError', 'InternalFailure']);
  for (const { attempts, mayBeStored } of others) {
    expect(attempts).toBe(first?.attempts);
    expect(mayBeStored).toBe(true);
  }
});

test('P5: throttling lowers the rate, halves what an aggregate may grow to, and backs off; other faults back off only', () => {
  const throttled = makeLane().lane;
  const failed = makeLane().lane;
  const { settle } = makeSettler();
  throttled.growBytes = 200_000;
  settle(throttled, singles(1), fault('throttled', 'LimitExceededException'));
  settle(failed, singles(1), fault('transient', 'InternalFailure'));
  expect([throttled.limiter.share, failed.limiter.share]).toEqual([0.8, 1]);
  expect(throttled.growBytes).toBe(100_000);
  for (const lane of [throttled, failed]) {
    expect([lane.failures, lane.notBeforeMs > 0 && lane.notBeforeMs <= 50]).toEqual([1, true]);
  }
});

test('P5: an aggregate that grew and is throttled comes back in parts; one that failed otherwise as it was', () => {
  const { lane } = makeLane();
  const { settle } = makeSettler();
  const facts = Array.from({ length: 200 }, (_, at) => ({ tag: at + 1, data: 'x'.repeat(1_000) }));
  settle(lane, [aggregate(facts)], { answers: [refused('InternalFailure')] });
  expect(lane.queue.length).toBe(1);
  // No shard is asked where the request is refused as a whole.
  settle(lane, lane.queue.drain(), fault('throttled', 'ProvisionedThroughputExceededException'));
  expect(lane.queue.length).toBe(1);
  settle(lane, lane.queue.drain(), { answers: [refused('ProvisionedThroughputExceededException')] });
  expect(lane.queue.length).toBe(2);
  const parts = lane.queue.drain();
  expect(tagsOf(parts)).toEqual(facts.map(({ tag }) => tag));
  expect(parts.map(({ attempts, mayBeStored }) => [attempts.length, mayBeStored])).toEqual([
    [3, true],
    [3, true],
  ]);
});

test('P5: the back-off grows with failures in a row, up to two seconds, and a success ends it', () => {
  const { lane } = makeLane();
  const { settle } = makeSettler({ random: { next: () => 0.999_999 } });
  const waits = Array.from({ length: 9 }, () => {
    settle(lane, singles(1), fault('transient', 'InternalFailure'));
    return Math.round(lane.notBeforeMs);
  });
  expect(waits).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
  settle(lane, singles(1), { answers: [landed('1')] });
  expect(lane.failures).toBe(0);
});

test('P5: what fails among others that are stored holds up nobody, and ends the back-off before it', () => {
  const { lane } = makeLane();
  const { settle, back } = makeSettler();
  settle(lane, singles(2), { answers: [refused('InternalFailure'), refused('InternalFailure')] });
  expect([lane.failures, lane.notBeforeMs > 0]).toEqual([1, true]);
  lane.notBeforeMs = 0;
  settle(lane, singles(2), { answers: [refused('InternalFailure'), landed('1')] });
  expect([lane.failures, lane.notBeforeMs]).toEqual([0, 0]);
  expect(back).toEqual([[0, 1], [0]]);
});

test('P5: what is throttled among others that are stored waits, never longer than after one failure', () => {
  const { lane } = makeLane();
  const { settle } = makeSettler({ random: { next: () => 0.999_999 } });
  const waits = Array.from({ length: 5 }, (_, at) => {
    settle(lane, singles(2), {
      answers: [refused('ProvisionedThroughputExceededException'), landed(`${at}`)],
    });
    return Math.round(lane.notBeforeMs);
  });
  expect(waits).toEqual([50, 50, 50, 50, 50]);
});

test('P5: lanes that failed in one request go again together, those of another request at a time of their own', () => {
  const { settler } = makeSettler();
  const lanes = Array.from({ length: 4 }, () => makeLane().lane);
  const send = (those: readonly Lane[]) => {
    for (const lane of those) lane.inFlight += 1;
    const parts = those.map((lane) => ({ lane, entries: singles(1) }));
    settler.settle({ parts, sentMs: 0, endMs: 1, end: fault('throttled', 'KMSThrottlingException') });
  };
  send(lanes.slice(0, 3));
  send(lanes.slice(3));
  const [first, ...others] = lanes.map((lane) => lane.notBeforeMs);
  expect(others.slice(0, 2)).toEqual([first, first]);
  expect(others[2]).not.toBe(first);
});

test('P5: the limiter is told how many entries of an answer were refused', () => {
  const { settle } = makeSettler();
  const shares = [1, 20].map((refusedEntries) => {
    const { lane } = makeLane();
    const stored = Array.from({ length: 100 }, (_, at) => landed(`${at}`));
    const throttles = Array.from({ length: refusedEntries }, () =>
      refused('ProvisionedThroughputExceededException'),
    );
    settle(lane, singles(100 + refusedEntries), { answers: [...stored, ...throttles] });
    return lane.limiter.share;
  });
  expect(shares).toEqual([0.95, 0.8]);
});

test('an aggregate may grow to what flows in during two round trips, half a second at most, and at most to its bound', () => {
  const { lane } = makeLane();
  const { settle } = makeSettler();
  settle(lane, singles(1), { answers: [landed('1')] }, 100);
  expect(lane.growBytes).toBe(Math.floor((2 * 1_048_576 * 100) / 1_000));
  settle(lane, singles(1), { answers: [landed('2')] }, 5_000);
  expect(lane.growBytes).toBe(524_288);
  const bounded = makeSettler({ maxAggregateBytes: 100_000 });
  bounded.settle(lane, singles(1), { answers: [landed('3')] }, 5_000);
  expect(lane.growBytes).toBe(100_000);
});

test.each([
  [fault('transient', 'ECONNRESET', false), 'no-answer ECONNRESET'],
  [fault('transient', 'InternalFailure'), 'transient InternalFailure'],
  [fault('throttled', 'LimitExceededException'), 'throttled LimitExceededException'],
  [{ answers: [landed('1')] } as RequestEnd, 'malformed-answer RecordCountMismatch'],
])('P1: a request that ends as a whole goes again as a whole', (end, retry) => {
  const { lane } = makeLane();
  const { settle, ended, back, retries } = makeSettler();
  const entries = singles(2);
  settle(lane, entries, end);
  expect([ended, back, retries]).toEqual([[], [[0, 1]], [`${retry} 0,1`]]);
  expect(entries.map(({ mayBeStored }) => mayBeStored)).toEqual(
    entries.map(() => !retry.startsWith('throttled')),
  );
});

test('P7: a refused request is halved, over all its lanes', () => {
  const [one, other] = [makeLane().lane, makeLane().lane];
  const { settler, back, retries } = makeSettler();
  const entries = singles(5);
  one.inFlight = 1;
  other.inFlight = 1;
  const parts = [
    { lane: one, entries: entries.slice(0, 3) },
    { lane: other, entries: entries.slice(3) },
  ];
  settler.settle({ parts, sentMs: 0, endMs: 1, end: fault('refused', 'ValidationException') });
  expect(entries.map(({ maxCompanions }) => maxCompanions)).toEqual([2, 2, 2, 2, 2]);
  expect([back, retries]).toEqual([
    [
      [0, 1, 2],
      [3, 4],
    ],
    ['isolate ValidationException 0,1,2', 'isolate ValidationException 3,4'],
  ]);
});

test('P7: a refused aggregate is cut into its members, which go in halves; a refused lone record fails', () => {
  const { lane } = makeLane();
  const { settle, ended, back } = makeSettler();
  settle(
    lane,
    [aggregate([0, 1, 2].map((tag) => ({ tag, partitionKey: `k${tag}` })))],
    fault('refused', 'ValidationException'),
  );
  const members = lane.queue.drain();
  expect(back).toEqual([[0, 1, 2]]);
  expect(members.map(({ maxCompanions, aggregated }) => [maxCompanions, aggregated])).toEqual([
    [2, false],
    [2, false],
    [2, false],
  ]);
  settle(lane, members.slice(0, 1), fault('refused', 'ValidationException'));
  expect(ended).toEqual([{ tags: [0], outcome: 'RECORD_REFUSED' }]);
});

test('P7: access denied fails every record of the request at once', () => {
  const { lane } = makeLane();
  const { settle, ended, back } = makeSettler();
  settle(lane, [aggregate([{ tag: 0 }, { tag: 1 }])], fault('access-denied', 'AccessDeniedException'));
  expect([ended, back]).toEqual([[{ tags: [0, 1], outcome: 'ACCESS_DENIED' }], []]);
});

test('P4: a single record elsewhere is acknowledged, and asks for a newer map', () => {
  const { lane } = makeLane();
  const { settle, ended, unknown } = makeSettler();
  settle(lane, singles(1), { answers: [landed('5', shardId(9))] });
  expect([ended, unknown]).toEqual([[{ tags: [0], outcome: `${shardId(9)}/5` }], [shardId(9)]]);
});

test.each([
  ['only keys of the landing shard', [1, 1], 'acknowledged'],
  ['keys of both children', [0, 1], 'put again'],
])(
  'P4: an aggregate elsewhere with %s is %s once the map is there, and holds its lane until then',
  async (_what, halves, verdict) => {
    const children = split(evenShards(1), 0, 1);
    let answer = (_found: Awaited<ReturnType<SettlerParts['locate']>>) => {};
    const { clock, settle, ended, back, retries, placedElsewhere } = makeSettler({
      locate: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const { lane } = makeLane();
    const members = halves.map((half, tag) => ({ tag, partitionKey: keysOf(children[half], 2)[tag] ?? '' }));
    settle(lane, [aggregate(members)], { answers: [landed('5', shardId(2))] });
    await clock.advance(100);
    expect([lane.maySend, ended, back]).toEqual([false, [], []]);
    answer({ landed: children[1], map: new ShardMap(children) });
    await clock.advance(0);
    expect([lane.maySend, lane.awaitingMap, placedElsewhere()]).toEqual([true, 0, 0]);
    if (verdict === 'acknowledged') expect([ended.map(({ tags }) => tags), back]).toEqual([[[0, 1]], []]);
    else expect([ended, back, retries]).toEqual([[], [[0, 1]], ['wrong-shard WrongShard 0,1']]);
  },
);

test('P1, P4: the lane is free only after what landed elsewhere was put back', async () => {
  const shards = evenShards(2);
  const order: string[] = [];
  const { clock, settle } = makeSettler({
    locate: async () => ({ landed: shards[1], map: new ShardMap(shards) }),
    onPlacedElsewhere: () => order.push(`stopped while awaiting ${lane.awaitingMap}`),
    putBack: () => order.push(`put back while awaiting ${lane.awaitingMap}`),
    onLaneFree: () => order.push(`free, awaiting ${lane.awaitingMap}`),
  });
  const { lane } = makeLane({ range: shards[0] });
  settle(lane, [aggregate([{ tag: 0 }, { tag: 1 }])], { answers: [landed('5', shardId(1))] });
  await clock.advance(0);
  expect(order).toEqual([
    'free, awaiting 1',
    'stopped while awaiting 1',
    'put back while awaiting 1',
    'free, awaiting 0',
  ]);
});

test('P2, P4: without a map the members go again alone, and are an aggregate until then', async () => {
  const { lane } = makeLane({ ordered: false });
  const { clock, settle, back } = makeSettler();
  settle(lane, [aggregate([{ tag: 0 }, { tag: 1 }])], { answers: [landed('5', shardId(2))] });
  await clock.advance(0);
  expect(back).toEqual([[0, 1]]);
  expect(lane.queue.first).toMatchObject({ aggregated: true, mayBeStored: true });
  const sent = lane.take({ maxEntries: 9, maxBytes: 1e6, taken: 0, ordered: false, admit: () => true });
  expect(sent.map(({ aggregated, mayBeStored }) => [aggregated, mayBeStored])).toEqual([
    [false, true],
    [false, true],
  ]);
});

test('a lane over the whole stream takes any shard for right', () => {
  const { lane } = makeLane({ range: undefined });
  const { settle, ended, unknown } = makeSettler();
  settle(lane, singles(2), { answers: [landed('9', shardId(4)), landed('5', shardId(3))] });
  expect([ended.length, unknown]).toEqual([2, []]);
});

test('P3: sequence numbers of a shard must rise from request to request, as numbers', async () => {
  const { lane } = makeLane();
  const { clock, settle, inversions } = makeSettler();
  for (const numbers of [['9'], ['10', '12', '11'], ['100'], ['99'], ['101']]) {
    settle(lane, singles(numbers.length), { answers: numbers.map((number) => landed(number)) });
  }
  await clock.advance(0);
  expect(inversions).toEqual([shardId(0)]);
});

test.each([
  ['the same shard', evenShards(1)[0], [shardId(0)]],
  ['a shard of the same id with other hash keys', evenShards(2)[0], []],
  ['a shard of the same id whose numbers begin elsewhere', shardBeginning('200'), []],
])('P3: a lower number is an inversion where a newer map shows %s: %o', async (_what, now, expected) => {
  const { lane } = makeLane({ range: shardBeginning('100') });
  const map = new ShardMap([now as ShardRange]);
  const { clock, settle, inversions } = makeSettler({ locate: async () => ({ landed: now, map }) });
  for (const number of ['9', '8']) settle(lane, singles(1), { answers: [landed(number)] });
  await clock.advance(0);
  expect(inversions).toEqual(expected);
});

test.each(['inverted', 'in doubt', 'already replaced'])(
  'P4: an aggregate that landed where the map said is judged by a newer map when that is %s',
  async (why) => {
    const { lane } = makeLane();
    const [landedOn] = split(evenShards(1), 0, 0) as [ShardRange];
    const map = new ShardMap(split(evenShards(1), 0, 0));
    const made = makeSettler({
      isMapInDoubt: () => why === 'in doubt',
      locate: async () => ({ landed: landedOn, map }),
    });
    if (why === 'inverted') lane.lastSequenceNumber = '9';
    const { lane: namesake } = makeLane({ range: landedOn });
    if (why === 'already replaced') lane.successors = { laneFor: () => namesake };
    const spread = aggregate(
      evenShards(2).map((shard, tag) => ({ partitionKey: keysOf(shard, 1)[0] ?? '', tag })),
    );
    made.settle(lane, [spread], { answers: [landed('5')] });
    expect(made.ended).toEqual([]);
    await made.clock.advance(0);
    expect([made.ended, made.back, made.placedElsewhere()]).toEqual([[], [[0, 1]], 0]);
  },
);

test.each([
  ['is the one of the answer', '100', [`${shardId(0)}/150`], []],
  ['was made after the answer', '200', [], [[0, 1]]],
])(
  'P4: in doubt an aggregate is stored only if the shard under the id that it landed on %s',
  async (_what, beginning, ended, back) => {
    const { lane } = makeLane({ range: shardBeginning('50') });
    const now = shardBeginning(beginning);
    const made = makeSettler({
      isMapInDoubt: () => true,
      locate: async () => ({ landed: now, map: new ShardMap([now]) }),
    });
    made.settle(lane, [aggregate([{ tag: 0 }, { tag: 1 }])], { answers: [landed('150')] });
    await made.clock.advance(0);
    expect(made.ended.map(({ outcome }) => outcome)).toEqual(ended);
    expect(made.back).toEqual(back);
  },
);

test('P3: numbers that begin again, under a newer map that has the shard still, are counted once', async () => {
  const { lane } = makeLane();
  const shards = evenShards(1);
  let located = 0;
  const made = makeSettler({
    locate: async () => {
      located += 1;
      return { landed: shards[0], map: new ShardMap(shards) };
    },
  });
  lane.lastSequenceNumber = '900';
  for (const number of ['5', '6', '7']) {
    made.settle(lane, [aggregate([0, 1].map((tag) => ({ partitionKey: `k${tag}`, tag })))], {
      answers: [landed(number)],
    });
    await made.clock.advance(0);
  }
  expect(made.ended.map(({ outcome }) => outcome.slice(-1))).toEqual(['5', '6', '7']);
  // The first aggregate and the first inversion ask for a map; what comes after is as it should be.
  expect([made.inversions, located]).toEqual([[shardId(0)], 2]);
  made.settle(lane, singles(1), { answers: [landed('6')] });
  await made.clock.advance(0);
  expect(made.inversions).toHaveLength(2);
});

test('P3: numbers that went on rising after an inversion stay the measure', async () => {
  const { lane } = makeLane();
  const map = new ShardMap(evenShards(1));
  const made = makeSettler({ locate: async () => ({ landed: undefined, map }) });
  lane.lastSequenceNumber = '900';
  for (const number of ['5', '901']) made.settle(lane, singles(1), { answers: [landed(number)] });
  await made.clock.advance(0);
  expect([made.inversions, lane.lastSequenceNumber]).toEqual([[shardId(0)], '901']);
});

test('P3: no map, or one that has another shard there, confirms no numbers', async () => {
  const other = new ShardMap(split(evenShards(1), 0, 0));
  for (const map of [undefined, other]) {
    const { lane } = makeLane();
    const made = makeSettler({ locate: async () => ({ landed: undefined, map }) });
    lane.lastSequenceNumber = '900';
    made.settle(lane, singles(1), { answers: [landed('5')] });
    await made.clock.advance(0);
    expect(lane.lastSequenceNumber).toBe('900');
  }
});

test('a stream that is not found is told of, once for each part of a request', () => {
  let told = 0;
  const { lane } = makeLane();
  const { settle } = makeSettler({
    onStreamNotFound: () => {
      told += 1;
    },
  });
  const notFound: ServiceFault = {
    kind: 'not-found',
    name: 'ResourceNotFoundException',
    message: 'no such stream',
    answered: true,
    sent: true,
    cause: undefined,
  };
  settle(lane, singles(2), { fault: notFound });
  expect(told).toBe(1);
});

/** The only shard of a stream, with numbers from `startingSequenceNumber` on. */
function shardBeginning(startingSequenceNumber: string): ShardRange {
  const [only] = evenShards(1) as [ShardRange];
  return { ...only, startingSequenceNumber };
}
