import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeStream, type LedgerSource, type StreamJudgeOptions } from '../src/judge-stream.js';
import type { LedgerEvent } from '../src/ledger-event.js';
import type { Verdict } from '../src/verdict.js';
import { type Copy, identifyCopy, pageOf } from './support/stored-pages.js';

/*
 * Catches a verdict that misses a lost, repeated, swapped, foreign or altered record, in streams and ledgers made by hand.
 * Cannot catch a reader that leaves records out: read-stream.test.ts looks at that.
 */

type Settings = Partial<Omit<StreamJudgeOptions, 'stored' | 'identify'>>;

function sourceOf(events: readonly LedgerEvent[]): LedgerSource {
  return (only) => [only ? events.filter((event) => event.event === only) : events];
}

const accepted = (copy: Copy): LedgerEvent => ({ event: 'accepted', ...copy });
const failed = (id: string, mayBeStored: boolean): LedgerEvent => ({ event: 'failed', id, mayBeStored });

function judge(
  ledgers: readonly (readonly LedgerEvent[])[],
  stored: readonly Copy[],
  settings: Settings = {},
): Promise<Verdict> {
  const options = { stored: [pageOf(stored)], identify: identifyCopy, ...settings };
  return judgeStream(ledgers.map(sourceOf), options);
}

const copies: readonly Copy[] = [
  { key: 'a', id: 'a1' },
  { key: 'b', id: 'b1' },
  { key: 'a', id: 'a2' },
  { key: 'a', id: 'a3' },
  { key: 'b', id: 'b2' },
];
const ledger = copies.map(accepted);
const [a1, b1, a2, a3, b2] = copies as [Copy, Copy, Copy, Copy, Copy];

describe('judgeStream', () => {
  test('finds nothing wrong where nothing is', async () => {
    expect(await judge([ledger], copies)).toEqual({
      ok: true,
      faults: [],
      accepted: 5,
      stored: 5,
      repeats: 0,
      lost: 0,
      outOfOrder: 0,
      unexpected: 0,
      altered: 0,
      failed: 0,
      failedButStored: 0,
      wronglyFailed: 0,
      misreported: 0,
      dropped: 0,
      records: 5,
      examples: {
        lost: [],
        repeats: [],
        outOfOrder: [],
        unexpected: [],
        altered: [],
        wronglyFailed: [],
        misreported: [],
      },
    });
  });

  test('order between keys is free', async () => {
    expect(await judge([ledger], [b1, b2, a1, a2, a3])).toMatchObject({ ok: true, outOfOrder: 0 });
  });

  test('a lost record', async () => {
    const verdict = await judge([ledger], [a1, b1, a3, b2]);
    expect(verdict).toMatchObject({ ok: false, faults: ['1 lost'], accepted: 5, stored: 4, lost: 1 });
    expect(verdict.examples.lost).toEqual(['a2']);
  });

  test('a repeated record: counted, and a fault where repeats are not allowed', async () => {
    const stream = [a1, b1, a2, a1, a2, a3, b2];
    const verdict = await judge([ledger], stream);
    expect(verdict).toMatchObject({ ok: true, stored: 5, repeats: 2, outOfOrder: 0 });
    expect(verdict.examples.repeats).toEqual(['a1', 'a2']);
    const strict = await judge([ledger], stream, { repeatsAllowed: false });
    expect(strict).toMatchObject({ ok: false, faults: ['2 repeated'] });
  });

  test('two swapped records of a key', async () => {
    const stream = [a1, b1, a3, a2, b2];
    const verdict = await judge([ledger], stream);
    expect(verdict).toMatchObject({ ok: false, faults: ['1 out of order'], outOfOrder: 1, stored: 5 });
    expect(verdict.examples.outOfOrder).toEqual(['a3']);
    expect(await judge([ledger], stream, { ordering: 'none' })).toMatchObject({ ok: true, outOfOrder: 1 });
  });

  test('counts every record that stands before an earlier one', async () => {
    const verdict = await judge([ledger], [a2, a3, b1, b2, a1]);
    expect(verdict).toMatchObject({ outOfOrder: 2, examples: { outOfOrder: ['a2', 'a3'] } });
  });

  test('only first copies have an order', async () => {
    expect(await judge([ledger], [a1, a2, a3, a1, b1, b2])).toMatchObject({
      ok: true,
      repeats: 1,
      outOfOrder: 0,
    });
  });

  test('an unexpected record, as often as it stands there', async () => {
    const verdict = await judge([ledger], [...copies, { key: 'a', id: 'x' }, { key: 'a', id: 'x' }]);
    expect(verdict).toMatchObject({ ok: false, faults: ['2 that nobody put'], unexpected: 2, repeats: 0 });
    expect(verdict.examples.unexpected).toEqual(['x']);
  });

  test('a record under another key is lost and unexpected', async () => {
    const verdict = await judge([ledger], [a1, b1, { key: 'b', id: 'a2' }, a3, b2]);
    expect(verdict).toMatchObject({ ok: false, lost: 1, unexpected: 1, stored: 4 });
    const repeated = await judge([ledger], [...copies, { key: 'b', id: 'a2' }]);
    expect(repeated).toMatchObject({ ok: false, lost: 0, unexpected: 1, stored: 5 });
    expect(repeated.examples.unexpected).toEqual(['a2 with the key "b"']);
  });

  test('a record that cannot be recognised', async () => {
    const identify: StreamJudgeOptions['identify'] = (record) => {
      if (record.sequenceNumber === '0') throw new SyntaxError('not JSON');
      return record.sequenceNumber === '1' ? undefined : identifyCopy(record);
    };
    const stored = [pageOf([a1, b1, a2])];
    const verdict = await judgeStream([sourceOf([accepted(a2)])], { stored, identify });
    expect(verdict).toMatchObject({ ok: false, unexpected: 2, stored: 1 });
    expect(verdict.examples.unexpected).toEqual(['shardId-0 0/0 (SyntaxError: not JSON)', 'shardId-0 1/0']);
  });

  test('a record whose data was altered, be it the first copy or a later one', async () => {
    const put = { key: 'a', id: 'a1', checksum: 7 };
    const other = { ...put, checksum: 8 };
    expect(await judge([[accepted(put)]], [put, put])).toMatchObject({ ok: true, altered: 0, repeats: 1 });
    expect(await judge([[accepted(put)]], [other])).toMatchObject({ ok: false, altered: 1, lost: 0 });
    const repeat = await judge([[accepted(put)]], [put, other]);
    expect(repeat).toMatchObject({ ok: false, altered: 1, faults: ['1 with other data than was put'] });
    expect(repeat.examples.altered).toEqual(['a1']);
  });

  test('a failed record is not lost; its gap leaves the order of the others', async () => {
    const verdict = await judge([[...ledger, failed('a2', false)]], [a1, b1, a3, b2]);
    expect(verdict).toMatchObject({
      ok: true,
      accepted: 5,
      stored: 4,
      lost: 0,
      failed: 1,
      failedButStored: 0,
    });
  });

  test('a failed record may be stored, and late, if the producer said so', async () => {
    const verdict = await judge([[...ledger, failed('a2', true)]], [a1, b1, a3, b2, a2]);
    expect(verdict).toMatchObject({ ok: true, failed: 1, failedButStored: 1, stored: 4, outOfOrder: 0 });
  });

  test('a failed record that is stored has the data that was put', async () => {
    const put = { key: 'a', id: 'a1', checksum: 7 };
    const events = [accepted(put), failed('a1', true)];
    expect(await judge([events], [put])).toMatchObject({ ok: true, altered: 0, failedButStored: 1 });
    expect(await judge([events], [{ ...put, checksum: 8 }])).toMatchObject({
      ok: false,
      altered: 1,
      failedButStored: 1,
      faults: ['1 with other data than was put'],
    });
  });

  test('a record stored although reported as not stored', async () => {
    const verdict = await judge([[...ledger, failed('a2', false)]], copies);
    expect(verdict).toMatchObject({ ok: false, failedButStored: 1, wronglyFailed: 1 });
    expect(verdict.faults).toEqual(['1 stored although reported as not stored']);
    expect(verdict.examples.wronglyFailed).toEqual(['a2']);
  });

  test('ledgers that contradict themselves', async () => {
    const twice = await judge([[...ledger, accepted(a1)]], copies);
    expect(twice).toMatchObject({ ok: false, accepted: 5, misreported: 1 });
    const lostTwice = await judge([[accepted(a1), accepted(a1)]], []);
    expect(lostTwice).toMatchObject({ ok: false, accepted: 1, lost: 1, misreported: 1 });
    const never = await judge([[...ledger, failed('x', true)]], copies);
    expect(never.examples.misreported).toEqual(['x (failed, never accepted)']);
    const failedTwice = await judge([[...ledger, failed('a1', true), failed('a1', true)]], copies);
    expect(failedTwice.examples.misreported).toEqual(['a1 (failed twice)']);
  });

  test('order is judged within a ledger: two producers of one key have none between them', async () => {
    const first = [a1, a3].map(accepted);
    const second = [a2].map(accepted);
    expect(await judge([first, second], [a2, a1, a3])).toMatchObject({ ok: true, accepted: 3 });
    expect(await judge([first, second], [a3, a2, a1])).toMatchObject({ ok: false, outOfOrder: 1 });
  });

  test('a failure in one ledger counts for a record accepted in another', async () => {
    expect(await judge([[failed('a1', false)], [accepted(a1)]], [])).toMatchObject({
      ok: true,
      failed: 1,
      lost: 0,
    });
  });

  test('names no more than asked for, and counts all', async () => {
    const verdict = await judge([ledger], [], { listed: 2 });
    expect(verdict.lost).toBe(5);
    expect(verdict.examples.lost).toEqual(['a1', 'b1']);
  });

  test('adds up records and what the reader left out', async () => {
    const stored = [pageOf([a1, b1], 'shardId-0', 3), pageOf([a2], 'shardId-1', 4)];
    const verdict = await judgeStream([], { stored, identify: identifyCopy });
    expect(verdict).toMatchObject({ dropped: 7, records: 3, unexpected: 3 });
  });
});

/** A run that went well: what was accepted, and a stream with some tails of keys repeated. */
const goodRun = fc
  .record({
    keys: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 60 }),
    restarts: fc.array(fc.record({ at: fc.nat({ max: 59 }), back: fc.nat({ max: 5 }) }), { maxLength: 4 }),
  })
  .map(({ keys, restarts }) => {
    const records = keys.map((key, index): Copy => ({ key, id: String(index) }));
    const stream = records.flatMap((record, index) => {
      const restart = restarts.find(({ at }) => at === index);
      return restart ? [record, ...records.slice(Math.max(0, index - restart.back), index + 1)] : [record];
    });
    return { records, stream };
  });

const settings: Settings = { repeatsAllowed: true };

describe('the verdict on mutants of a good run', () => {
  const check = (mutate: (run: { records: Copy[]; stream: Copy[] }, at: number) => Promise<void>) =>
    fc.assert(
      fc.asyncProperty(goodRun, fc.nat(), async ({ records, stream }, draw) => {
        await mutate({ records, stream }, draw % records.length);
      }),
    );
  const judgeRun = (records: readonly Copy[], stream: readonly Copy[], more: Settings = {}) =>
    judge([records.map(accepted)], stream, { ...settings, ...more });

  test('the run itself is good', () =>
    check(async ({ records, stream }) => {
      const verdict = await judgeRun(records, stream);
      expect(verdict).toMatchObject({
        ok: true,
        stored: records.length,
        repeats: stream.length - records.length,
      });
    }));

  test('one record taken out: lost', () =>
    check(async ({ records, stream }, at) => {
      const mutant = stream.filter(({ id }) => id !== String(at));
      const verdict = await judgeRun(records, mutant);
      expect(verdict).toMatchObject({ ok: false, lost: 1, examples: { lost: [String(at)] } });
    }));

  test('one record put in again: repeated', () =>
    check(async ({ records }, at) => {
      const again = records[at] as Copy;
      const verdict = await judgeRun(records, [...records, again], { repeatsAllowed: false });
      expect(verdict).toMatchObject({ ok: false, repeats: 1, examples: { repeats: [again.id] } });
    }));

  test('two records of a key swapped: out of order', () =>
    check(async ({ records }, at) => {
      const one = records[at] as Copy;
      const other = records.find(({ key, id }) => key === one.key && id !== one.id);
      fc.pre(other !== undefined);
      const mutant = records.map((record) => (record === one ? other : record === other ? one : record));
      const verdict = await judgeRun(records, mutant);
      expect(verdict.ok).toBe(false);
      expect(verdict.outOfOrder).toBeGreaterThan(0);
      expect(verdict.lost).toBe(0);
    }));

  test('one foreign record: unexpected', () =>
    check(async ({ records, stream }, at) => {
      const mutant = [...stream.slice(0, at), { key: 'a', id: 'foreign' }, ...stream.slice(at)];
      expect(await judgeRun(records, mutant)).toMatchObject({ ok: false, unexpected: 1 });
    }));
});
