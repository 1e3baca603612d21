import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { AbortableSink } from '../src/abortable-sink.js';
import type { Settled, Sink } from '../src/sink.js';
import { BatchSink } from '../src/sinks.js';
import { Withdrawals } from '../src/withdrawals.js';
import { uncounted } from './support/batch-accounts.js';

const stored = { stored: true } as Settled;
const sinkOf = (records: number) => new AbortableSink(new BatchSink(records, uncounted), records);
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

function makeWithdrawals() {
  const asked: { sinks: Sink[]; reason: unknown }[] = [];
  const withdrawals = new Withdrawals((sinks, reason) => asked.push({ sinks: [...sinks], reason }));
  return { withdrawals, asked };
}

test('withdraws all that was put with a signal at once when it fires, and nothing else', () => {
  const { withdrawals, asked } = makeWithdrawals();
  const [abort, other] = [new AbortController(), new AbortController()];
  const [first, second, third] = [sinkOf(1), sinkOf(2), sinkOf(1)];
  withdrawals.watch(abort.signal, first);
  withdrawals.watch(abort.signal, second);
  withdrawals.watch(other.signal, third);
  expect(listeners(abort.signal)).toBe(1);
  abort.abort('enough');
  expect(asked).toEqual([{ sinks: [first, second], reason: 'enough' }]);
  expect([listeners(abort.signal), listeners(other.signal)]).toEqual([0, 1]);
});

test('forgets what is over, and leaves nothing on the signal', () => {
  const { withdrawals, asked } = makeWithdrawals();
  const abort = new AbortController();
  const [first, second, third] = [sinkOf(1), sinkOf(2), sinkOf(0)];
  for (const sink of [first, second, third]) withdrawals.watch(abort.signal, sink);
  first.settle(0, stored, 0);
  second.settle(0, stored, 0);
  expect(listeners(abort.signal)).toBe(1);
  second.settle(1, stored, 0);
  expect(listeners(abort.signal)).toBe(0);
  abort.abort();
  expect(asked).toEqual([]);
  const again = new AbortController();
  const fourth = sinkOf(1);
  withdrawals.watch(again.signal, fourth);
  expect(listeners(again.signal)).toBe(1);
});

test('a signal that fired while its records were read withdraws them at once', () => {
  const { withdrawals, asked } = makeWithdrawals();
  const sink = sinkOf(1);
  withdrawals.watch(AbortSignal.abort('early'), sink);
  expect(asked).toEqual([{ sinks: [sink], reason: 'early' }]);
});

test('what is left when a signal has fired is told that it was too late', () => {
  const late: unknown[] = [];
  const sink = sinkOf(1);
  sink.abortCameTooLate = () => late.push(sink);
  const withdrawn = sinkOf(1);
  withdrawn.abortCameTooLate = () => late.push(withdrawn);
  const withdrawals = new Withdrawals(() => withdrawn.settle(0, stored, 0));
  const abort = new AbortController();
  withdrawals.watch(abort.signal, sink);
  withdrawals.watch(abort.signal, withdrawn);
  abort.abort();
  expect(late).toEqual([sink]);
  sink.settle(0, stored, 0);
});
