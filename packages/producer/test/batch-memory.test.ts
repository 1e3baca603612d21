import { expect, test } from 'vitest';
import { BatchMemory, endBytes } from '../src/batch-memory.js';
import { SettledEntry } from '../src/settled-entry.js';
import { makeAccount } from './support/batch-accounts.js';
import { aggregate } from './support/entries.js';

const landing = { shardId: 'shardId-000000000003', sequenceNumber: '4962' };
const endOf = (records: number) =>
  new SettledEntry('tweets', aggregate(Array.from({ length: records }, (_, tag) => ({ tag }))), landing);
const entryBytes = endOf(1).keep();

test('P2: counts its slots, its entries, each once, and its refusals from when it is told to, until it is over', () => {
  const { held, account } = makeAccount();
  const memory = new BatchMemory(500, account);
  const end = endOf(2);
  memory.settled(end);
  memory.settled(end);
  memory.refused();
  expect(held.bytes).toBe(0);
  memory.count();
  const ownBytes = held.bytes - entryBytes;
  // Its promise and an error besides.
  expect(ownBytes).toBeGreaterThan(500 * endBytes + 400 + 800);
  memory.settled(end);
  memory.settled(endOf(1));
  expect(held.bytes).toBe(ownBytes + 2 * entryBytes);
  memory.refused();
  expect(held.bytes).toBeGreaterThan(ownBytes + 2 * entryBytes + 800);
  memory.release();
  expect(held.bytes).toBe(0);
});

test('P2: what several calls keep is counted once, until the last of them is over', () => {
  const { held, account } = makeAccount();
  const [first, second] = [new BatchMemory(2, account), new BatchMemory(2, account)];
  first.count();
  second.count();
  const own = held.bytes;
  const end = endOf(2);
  first.settled(end);
  second.settled(end);
  expect(held.bytes).toBe(own + entryBytes);
  first.release();
  expect(held.bytes).toBe(own / 2 + entryBytes);
  second.release();
  expect(held.bytes).toBe(0);
});

test.each([
  ['in the slots of many records', 100_000, 0],
  ['in many entries, known before it counts', 1, 1_000],
])('counts no more than a call may, be it %s: a large one would hold up all others', (_, records, before) => {
  const { held, account } = makeAccount(20_000);
  const memory = new BatchMemory(records, account);
  for (let ends = 0; ends < before; ends += 1) memory.settled(endOf(1));
  memory.count();
  for (let ends = 0; ends < 1_000; ends += 1) memory.settled(endOf(1));
  memory.refused();
  expect(held.bytes).toBeGreaterThanOrEqual(20_000);
  expect(held.bytes).toBeLessThan(20_000 + entryBytes);
  memory.release();
  expect(held.bytes).toBe(0);
});

test('counts nothing where it is over before it is told to', () => {
  const { held, account } = makeAccount();
  const memory = new BatchMemory(1, account);
  memory.settled(endOf(1));
  memory.release();
  expect(held.bytes).toBe(0);
});
