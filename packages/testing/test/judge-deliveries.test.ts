import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeliveryVerdict } from '../src/delivery-verdict.js';
import { type DeliveryJudgeOptions, judgeDeliveries } from '../src/judge-deliveries.js';
import type { LedgerSource } from '../src/judge-stream.js';
import type { LedgerEvent } from '../src/ledger-event.js';

/*
 * Catches a verdict that misses a lost, foreign or swapped delivery, in ledgers made by hand. Cannot catch what ledgers do not
 * say: the order of two workers' deliveries in time.
 */

const accepted = (id: string): LedgerEvent => ({ event: 'accepted', key: id.slice(0, 1), id });
const failed = (id: string, mayBeStored: boolean): LedgerEvent => ({ event: 'failed', id, mayBeStored });

/** `a1` is record `a1`, with key `a`, from place 1 of its shard; `a1@7` the same from place 7, `a1@7.2` from a place inside an aggregate. */
function delivered(text: string): LedgerEvent {
  const [id = '', at] = text.split('@');
  const [sequenceNumber = '', sub = '0'] = (at ?? id.slice(1)).split('.');
  const shardId = `shard-of-${id.slice(0, 1)}`;
  return {
    event: 'delivered',
    key: id.slice(0, 1),
    id,
    shardId,
    sequenceNumber,
    subSequenceNumber: Number(sub),
  };
}

const sourceOf =
  (events: readonly LedgerEvent[]): LedgerSource =>
  (only) => [only ? events.filter(({ event }) => event === only) : events];

const ids = ['a1', 'b1', 'a2', 'a3', 'b2', 'a4'];
const producer = ids.map(accepted);

function judge(
  workers: readonly (readonly string[])[],
  options: DeliveryJudgeOptions = {},
  producers: readonly (readonly LedgerEvent[])[] = [producer],
): Promise<DeliveryVerdict> {
  return judgeDeliveries(
    producers.map(sourceOf),
    workers.map((worker) => sourceOf(worker.map(delivered))),
    options,
  );
}

describe('judgeDeliveries', () => {
  test('finds nothing wrong where nothing is', async () => {
    expect(await judge([ids])).toEqual({
      ok: true,
      faults: [],
      accepted: 6,
      delivered: 6,
      deliveredAgain: 0,
      samePlace: 0,
      storedAgain: 0,
      lost: 0,
      outOfOrder: 0,
      unexpected: 0,
      failed: 0,
      failedButDelivered: 0,
      wronglyFailed: 0,
      misreported: 0,
      deliveries: [6],
      examples: {
        samePlace: [],
        storedAgain: [],
        lost: [],
        outOfOrder: [],
        unexpected: [],
        wronglyFailed: [],
        misreported: [],
      },
    });
  });

  test('nothing accepted: an empty ledger, or the wrong one, proves nothing', async () => {
    const faults = ['no record was accepted'];
    expect(await judge([], {}, [])).toMatchObject({ ok: false, faults, accepted: 0 });
    expect(await judge([[]], {}, [[]])).toMatchObject({ ok: false, faults, deliveries: [0] });
    expect(await judge([['a1']], {}, [[failed('a2', false)]])).toMatchObject({
      ok: false,
      faults: [
        ...faults,
        '1 delivered that nobody put',
        '1 accepted twice, failed twice, or failed without having been accepted',
      ],
    });
    expect(await judge([['a1']], {}, [[accepted('a1')]])).toMatchObject({ ok: true, faults: [] });
  });

  test('a lost record', async () => {
    expect(await judge([['a1', 'b1', 'a2', 'b2', 'a4'], []])).toMatchObject({
      ok: false,
      faults: ['1 accepted and never delivered'],
      delivered: 5,
      lost: 1,
      deliveries: [5, 0],
      examples: { lost: ['a3'] },
    });
  });

  test('workers that share the shards, and hand one over', async () => {
    const verdict = await judge([
      ['a1', 'a2'],
      ['b1', 'b2', 'a3', 'a4'],
    ]);
    expect(verdict).toMatchObject({ ok: true, delivered: 6, deliveredAgain: 0, deliveries: [2, 4] });
  });

  test('a crash: the next worker begins again at the last checkpoint', async () => {
    const workers = [
      ['a1', 'a2', 'a3', 'b1'],
      ['b1', 'b2', 'a2', 'a3', 'a4'],
    ];
    expect(await judge(workers)).toMatchObject({
      ok: true,
      delivered: 6,
      deliveredAgain: 3,
      samePlace: 3,
      storedAgain: 0,
      examples: { samePlace: ['b1', 'a2', 'a3'] },
    });
    expect(await judge(workers, { redeliveryAllowed: false })).toMatchObject({
      ok: false,
      faults: ['3 delivered again'],
    });
  });

  test('a record that the stream holds twice', async () => {
    const stored = ['a1', 'a2@2', 'a3@3', 'a2@4', 'a3@5', 'a4@6', 'b1', 'b2'];
    expect(await judge([stored], { redeliveryAllowed: false })).toMatchObject({
      ok: true,
      deliveredAgain: 2,
      samePlace: 0,
      storedAgain: 2,
      outOfOrder: 0,
      examples: { storedAgain: ['a2', 'a3'] },
    });
    const again = [...stored.slice(0, 4), 'a3@3', 'a2@4', 'a3@5', ...stored.slice(5)];
    expect(await judge([again])).toMatchObject({ ok: true, deliveredAgain: 4, samePlace: 2, storedAgain: 2 });
  });

  test('why a record came again does not hang on which ledger is read first', async () => {
    const workers = [
      ['a1', 'a2', 'a3', 'a4', 'b1', 'b2'],
      ['a2@9', 'a2', 'a2@9'],
    ];
    for (const order of [workers, [...workers].reverse()]) {
      expect(await judge(order)).toMatchObject({ samePlace: 2, storedAgain: 1, delivered: 6 });
    }
  });

  test('two swapped records of a key', async () => {
    const verdict = await judge([['a1', 'a3', 'a2', 'a4', 'b1', 'b2']]);
    expect(verdict).toMatchObject({ ok: false, faults: ['2 delivered out of order'], lost: 0 });
    expect(verdict.examples.outOfOrder).toEqual(['a3 from shard-of-a 3/0', 'a4 from shard-of-a 4/0']);
    expect(await judge([['a1', 'a3', 'a2', 'a4', 'b1', 'b2']], { ordering: 'none' })).toMatchObject({
      ok: true,
      outOfOrder: 2,
    });
  });

  test('swapped inside an aggregate, and across the number of digits', async () => {
    const inside = ['a1@9.0', 'a3@9.2', 'a2@9.1', 'a4@10', 'b1', 'b2'];
    expect((await judge([inside])).examples.outOfOrder).toEqual([
      'a3 from shard-of-a 9/2',
      'a4 from shard-of-a 10/0',
    ]);
    expect(await judge([['a1@9', 'a2@10', 'a3@99', 'a4@100', 'b1', 'b2']])).toMatchObject({ ok: true });
  });

  test('what is processed again runs on in order, too', async () => {
    const leavesOut = ['a1', 'a2', 'a3', 'a1', 'a3', 'a4', 'b1', 'b2'];
    expect(await judge([leavesOut])).toMatchObject({ ok: false, outOfOrder: 1 });
  });

  test('a worker that gets a shard back goes on behind what the other has processed', async () => {
    const workers = [
      ['a1', 'a4', 'b1', 'b2'],
      ['a2', 'a3'],
    ];
    expect(await judge(workers)).toMatchObject({ ok: true, outOfOrder: 0 });
    expect(await judge([workers[0] ?? [], ['a3', 'a2']])).toMatchObject({ ok: false, outOfOrder: 1 });
  });

  test('order between keys of a shard is free, unless it is asked for', async () => {
    const sameShard = (text: string): LedgerEvent => ({ ...delivered(text), shardId: 's' }) as LedgerEvent;
    const places = ['b1@2', 'a1@1', 'a2@3', 'a3@4', 'b2@5', 'a4@6'];
    const workers = [sourceOf(places.map(sameShard))];
    expect(await judgeDeliveries([sourceOf(producer)], workers, {})).toMatchObject({ ok: true });
    const strict = await judgeDeliveries([sourceOf(producer)], workers, { ordering: 'shard' });
    expect(strict.examples.outOfOrder).toEqual(['b1 from s 2/0', 'a2 from s 3/0']);
  });

  test('a child shard before its parent', async () => {
    const [parent, child] = ['parent', 'child'].map(
      (shardId) => (text: string) => ({ ...delivered(text), shardId }) as LedgerEvent,
    ) as [(text: string) => LedgerEvent, (text: string) => LedgerEvent];
    const good = [parent('a1'), parent('a2'), child('a3'), child('a4'), parent('b1@11'), child('b2@12')];
    const early = [parent('a1'), child('a3'), parent('a2'), child('a4'), parent('b1@11'), child('b2@12')];
    const producers = [sourceOf(producer)];
    expect(await judgeDeliveries(producers, [sourceOf(good)], {})).toMatchObject({ ok: true });
    expect(await judgeDeliveries(producers, [sourceOf(early)], {})).toMatchObject({
      ok: false,
      outOfOrder: 2,
    });
  });

  test('records that the stream has in another order than they were accepted in', async () => {
    const verdict = await judge([['a1@1', 'a3@2', 'a2@3', 'a4@4', 'b1', 'b2']]);
    expect(verdict).toMatchObject({ ok: false, outOfOrder: 1, examples: { outOfOrder: ['a3 as stored'] } });
    const producers = [['a1', 'a3'].map(accepted), ['a2', 'a4', 'b1', 'b2'].map(accepted)];
    const places = ['a2@1', 'a1@2', 'a4@3', 'a3@4', 'b1', 'b2'];
    expect(await judge([places], {}, producers)).toMatchObject({ ok: true, outOfOrder: 0 });
  });

  test('deliveries of what nobody put', async () => {
    const wrongKey = { ...delivered('b2'), key: 'a' } as LedgerEvent;
    const workers = [
      [...ids.filter((id) => id !== 'b2').map(delivered), delivered('x9'), delivered('x9'), wrongKey],
    ];
    const verdict = await judgeDeliveries([sourceOf(producer)], workers.map(sourceOf), {});
    expect(verdict).toMatchObject({ ok: false, unexpected: 3, lost: 1, delivered: 5, deliveries: [8] });
    expect(verdict.faults).toEqual(['1 accepted and never delivered', '3 delivered that nobody put']);
    expect(verdict.examples.unexpected).toEqual(['x9', 'x9', 'b2 with the key "a"']);
  });

  test('two records from one place', async () => {
    const verdict = await judge([['a1', 'a2', 'a3', 'a4@3', 'b1', 'b2']]);
    expect(verdict).toMatchObject({ ok: false, unexpected: 1 });
    expect(verdict.examples.unexpected).toEqual(['a4 from the place of a3, shard-of-a 3/0']);
  });

  test('failed records: not lost, and delivered only where they may be stored', async () => {
    const given = [...producer, failed('a2', true), failed('a3', false), failed('b2', true)];
    expect(await judge([['a1', 'b1', 'a4']], {}, [given])).toMatchObject({
      ok: true,
      accepted: 6,
      delivered: 3,
      failed: 3,
      failedButDelivered: 0,
      lost: 0,
    });
    expect(await judge([['a1', 'b1', 'a4', 'b2']], {}, [given])).toMatchObject({
      ok: true,
      failedButDelivered: 1,
      delivered: 3,
    });
    expect(await judge([['a1', 'b1', 'a3', 'a4']], {}, [given])).toMatchObject({
      ok: false,
      faults: ['1 delivered although reported as not stored'],
      wronglyFailed: 1,
      failedButDelivered: 1,
      examples: { wronglyFailed: ['a3'] },
    });
  });

  test('a failed record has no place in the order: an attempt that was not answered may be stored late', async () => {
    const places = ['a1@1', 'a3@2', 'a4@3', 'a2@4', 'b1', 'b2'];
    expect(await judge([places], {}, [[...producer, failed('a2', true)]])).toMatchObject({ ok: true });
    expect(await judge([places])).toMatchObject({ ok: false, outOfOrder: 2 });
  });

  test('ledgers of producers that contradict themselves', async () => {
    const given = [...producer, accepted('a1'), failed('b2', true), failed('b2', true), failed('x1', true)];
    expect(await judge([ids], {}, [given])).toMatchObject({
      ok: false,
      accepted: 6,
      misreported: 3,
      examples: { misreported: ['a1 (accepted twice)', 'b2 (failed twice)', 'x1 (failed, never accepted)'] },
    });
  });

  test('names as many as it is asked to', async () => {
    expect((await judge([[]], { listed: 2 })).examples.lost).toEqual(['a1', 'b1']);
    expect(await judge([[]], { listed: 0 })).toMatchObject({ lost: 6, examples: { lost: [] } });
  });
});

/** Workers that take one shard from each other: each begins at the last checkpoint, or where it was when it had not lost it. */
const takeovers = fc.array(fc.record({ worker: fc.nat(2), records: fc.nat(8), unsaid: fc.nat(8) }), {
  minLength: 1,
  maxLength: 12,
});

function play(steps: typeof takeovers extends fc.Arbitrary<infer T> ? T : never): {
  ledgers: string[][];
  count: number;
} {
  const ledgers: string[][] = [[], [], []];
  let checkpoint = 0;
  let furthest = 0;
  for (const { worker, records, unsaid } of [...steps, { worker: 0, records: 1, unsaid: 0 }]) {
    const end = checkpoint + records;
    for (let place = checkpoint + 1; place <= end; place += 1) ledgers[worker]?.push(`a${place}`);
    furthest = Math.max(furthest, end);
    checkpoint = Math.max(checkpoint, end - unsaid);
  }
  return { ledgers, count: furthest };
}

describe('judgeDeliveries, of any history of takeovers', () => {
  const acceptedUpTo = (count: number) => [
    Array.from({ length: count }, (_, index) => accepted(`a${index + 1}`)),
  ];

  test('finds nothing wrong with consumers that keep their promise', async () => {
    await fc.assert(
      fc.asyncProperty(takeovers, async (steps) => {
        const { ledgers, count } = play(steps);
        const verdict = await judge(ledgers, { ordering: 'shard' }, acceptedUpTo(count));
        expect(verdict).toMatchObject({ ok: true, lost: 0, delivered: count });
        expect(verdict.deliveredAgain).toBe(ledgers.flat().length - count);
      }),
    );
  });

  test('misses no record that one worker leaves out', async () => {
    await fc.assert(
      fc.asyncProperty(takeovers, fc.nat(), async (steps, choice) => {
        const { ledgers, count } = play(steps);
        const [victim] = ledgers.flat().slice(choice % ledgers.flat().length);
        const without = ledgers.map((ledger) => ledger.filter((id) => id !== victim));
        const verdict = await judge(without, {}, acceptedUpTo(count));
        expect(verdict).toMatchObject({ ok: false, lost: 1, examples: { lost: [victim] } });
      }),
    );
  });

  test('misses no swap of two that one worker alone was given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 20 }), fc.nat(), async (count, choice) => {
        const run = Array.from({ length: count }, (_, index) => `a${index + 1}`);
        const at = choice % (count - 1);
        [run[at], run[at + 1]] = [run[at + 1] ?? '', run[at] ?? ''];
        expect(await judge([run, []], {}, acceptedUpTo(count))).toMatchObject({ ok: false, lost: 0 });
      }),
    );
  });
});
