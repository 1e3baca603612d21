import { expect, it } from 'vitest';
import { ShardGate } from '../src/shard-gate.js';
import { FakeLeaseHold } from './support/fake-lease-hold.js';

/** What a gate says: closed, waits ended, handlers told to stop. */
function said({ closed, ended, signal }: ShardGate): readonly boolean[] {
  return [closed, ended.aborted, signal.aborted];
}

it('is open while the lease is held', () => {
  expect(said(new ShardGate(new FakeLeaseHold()))).toEqual([false, false, false]);
});

it('is closed without telling handlers to stop', () => {
  const gate = new ShardGate(new FakeLeaseHold());
  gate.close();
  expect(said(gate)).toEqual([true, true, false]);
});

it('tells handlers to stop, with the reason, also after it was closed', () => {
  const reason = new Error('deadline');
  const gate = new ShardGate(new FakeLeaseHold());
  gate.close();
  gate.abort(reason);
  expect(said(gate)).toEqual([true, true, true]);
  expect(gate.signal.reason).toBe(reason);
});

it('is closed, and tells handlers to stop, when the lease is lost', () => {
  const hold = new FakeLeaseHold();
  const gate = new ShardGate(hold);
  hold.lose('taken');
  expect(said(gate)).toEqual([true, true, true]);
  expect(gate.signal.reason).toBe(hold.signal.reason);
});

it('is born closed where the lease is lost already', () => {
  const hold = new FakeLeaseHold();
  hold.lose('fenced');
  expect(said(new ShardGate(hold))).toEqual([true, true, true]);
});

it('asks the lease, which judges the time before its signal fires (C2)', () => {
  const hold = new FakeLeaseHold();
  const gate = new ShardGate(hold);
  hold.lost = 'fenced';
  expect(gate.closed).toBe(true);
});
