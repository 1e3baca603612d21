import { expect, test } from 'vitest';
import { BatchSlot } from '../src/batch-slot.js';
import { type RecordBatch, SourceEndedError } from '../src/record-source.js';

const closed = new SourceEndedError('closed');

function makeBatch(last = false) {
  const state = { releases: 0 };
  const batch: RecordBatch = {
    records: [],
    millisBehindLatest: 0,
    end: last ? { childShards: [] } : undefined,
    release: () => {
      state.releases += 1;
    },
  };
  return { batch, state };
}

test('what was put is taken', async () => {
  const slot = new BatchSlot();
  const { batch } = makeBatch();
  slot.put(batch);
  expect(await slot.take()).toBe(batch);
});

test('who waits gets it at once, and each waits in turn', async () => {
  const slot = new BatchSlot();
  const taken = [slot.take(), slot.take()];
  const [one, two] = [makeBatch().batch, makeBatch().batch];
  expect(slot.isWanted).toBe(true);
  slot.put(one);
  slot.put(two);
  expect(slot.isWanted).toBe(false);
  expect(await Promise.all(taken)).toEqual([one, two]);
});

test('free tells when the batch was taken, wanted when somebody waits', async () => {
  const slot = new BatchSlot();
  const told: string[] = [];
  slot.put(makeBatch().batch);
  const free = slot.free().then(() => told.push('free'));
  await undefined;
  expect(told).toEqual([]);
  await slot.take();
  await free;
  const wanted = slot.wanted().then(() => told.push('wanted'));
  await undefined;
  expect(told).toEqual(['free']);
  void slot.take().catch(() => {});
  await wanted;
  expect(told).toEqual(['free', 'wanted']);
  await slot.free();
});

test('61: the end drops what is there, sends away who waits, and wakes who puts', async () => {
  const slot = new BatchSlot();
  const { batch, state } = makeBatch();
  slot.put(batch);
  const free = slot.free();
  slot.end(closed);
  slot.end(new SourceEndedError('stream-gone'));
  await free;
  expect(state.releases).toBe(1);
  await expect(slot.take()).rejects.toBe(closed);
  const other = new BatchSlot();
  const taken = other.take();
  other.end(closed);
  await expect(taken).rejects.toBe(closed);
  await other.wanted();
});

test.each(['put before', 'put after'] as const)('nothing follows the last batch (%s)', async (when) => {
  const slot = new BatchSlot();
  const { batch, state } = makeBatch(true);
  if (when === 'put before') slot.put(batch);
  const taken = slot.take();
  if (when === 'put after') slot.put(batch);
  expect(await taken).toBe(batch);
  expect(state.releases).toBe(0);
  await expect(slot.take()).rejects.toMatchObject({ reason: 'closed' });
});
