import { describe, expect, it } from 'vitest';
import type { Gate } from '../src/gate.js';
import { fullGate, gateWithTurns, makeGate, refused, roomAt, watch } from './support/gates.js';
import { WaitingCall } from './support/waiting-call.js';

describe('Gate.room', () => {
  it('resolves at once where there is room', async () => {
    const { gate, told } = makeGate();
    await expect(roomAt(gate, 100)).resolves.toBeUndefined();
    expect(told.full).toBe(0);
  });

  it('resolves once a record of that size would be let in', async () => {
    const { gate, told } = makeGate();
    gate.tryEnter(90);
    const room = watch(roomAt(gate, 20));
    expect(told.full).toBe(1);
    gate.tryEnter(5);
    gate.leave(1, 5);
    await Promise.resolve();
    expect(room.done).toBe(false);
    gate.leave(1, 90);
    await Promise.resolve();
    expect(room.done).toBe(true);
    expect(gate.isContended).toBe(false);
  });

  it('comes after calls that wait', async () => {
    const { gate } = fullGate();
    new WaitingCall(gate, [95]).wait();
    const room = watch(roomAt(gate, 1));
    gate.leave(2, 20);
    await Promise.resolve();
    expect(room.done).toBe(false);
    gate.leave(1, 10);
    await Promise.resolve();
    expect(room.done).toBe(true);
  });

  it.each([
    ['gave up', (gate: Gate, call: WaitingCall) => void (gate && call.leave())],
    ['failed', (gate: Gate) => gate.failWaiting(() => new Error('closed'))],
  ])('resolves when the only call before it %s', async (_, end) => {
    const { gate } = makeGate();
    gate.tryEnter(60);
    const call = new WaitingCall(gate, [50]).wait();
    const room = watch(roomAt(gate, 10));
    end(gate, call);
    await Promise.resolve();
    expect(room.done).toBe(true);
  });

  it('stands in line with the calls: those that came later wait behind it', () => {
    const { gate } = fullGate();
    const order: string[] = [];
    gate.room(refused(10), () => order.push('room'));
    const put = new WaitingCall(gate, [10]);
    put.onAdmit = () => void order.push('put');
    put.wait();
    gate.leave(1, 10);
    expect([order, put.admitted]).toEqual([['room'], []]);
    gate.leave(1, 10);
    expect(order).toEqual(['room', 'put']);
    expect(gate).toMatchObject({ outstandingRecords: 2, waitingPuts: 0 });
  });

  it('is kept for whoever was told of it: nobody else gets it, nor he before he hears of it', async () => {
    const { gate } = fullGate();
    const told = watch(roomAt(gate, 10));
    gate.leave(1, 10);
    expect([gate.tryEnter(10), gate.tryEnter(10, 'key', true)]).toEqual([false, false]);
    await Promise.resolve();
    expect(told.done).toBe(true);
    expect([gate.tryEnter(1), gate.tryEnter(10, 'key', true), gate.tryEnter(10, 'key', true)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(gate).toMatchObject({ outstandingRecords: 3, outstandingBytes: 30 });
  });

  it('is kept in bytes as well, also for a record of another size that comes instead', async () => {
    const { gate } = makeGate();
    gate.tryEnter(90);
    gate.room(refused(50), () => {});
    gate.leave(1, 90);
    expect([gate.tryEnter(60), gate.tryEnter(40)]).toEqual([false, true]);
    await Promise.resolve();
    expect([
      gate.tryEnter(61, 'key', true),
      gate.tryEnter(11),
      gate.tryEnter(60, 'key', true),
      gate.tryEnter(1),
    ]).toEqual([false, false, true, false]);
  });

  it('goes to who waits behind when whoever was told does not come, or gives it up', async () => {
    const { gate, endTurn, pending } = gateWithTurns();
    gate.room(refused(10), () => {});
    const give = gate.room(refused(10), () => {});
    const [put, other] = [new WaitingCall(gate, [10]).wait(), new WaitingCall(gate, [10]).wait()];
    gate.leave(2, 20);
    expect(put.admitted).toEqual([]);
    give();
    expect([put.admitted, other.admitted]).toEqual([[10], []]);
    endTurn();
    expect(other.admitted).toEqual([10]);
    give();
    expect(gate).toMatchObject({ outstandingRecords: 3, isContended: false });
    expect(pending()).toBe(0);
  });

  it('lets in who waits behind once whoever was told has come with less, when his record is in its place', async () => {
    const { gate } = makeGate();
    gate.tryEnter(100);
    gate.room(refused(80), () => {});
    const put = new WaitingCall(gate, [50]).wait();
    gate.leave(1, 100);
    await Promise.resolve();
    expect(gate.tryEnter(50, 'key', true)).toBe(true);
    expect(put.admitted).toEqual([]);
    await Promise.resolve();
    expect(put.admitted).toEqual([50]);
  });

  it('is for a record of its key only: another would pass those of its own that wait (P3)', async () => {
    const { gate } = fullGate();
    const told = watch(roomAt(gate, 10));
    const put = new WaitingCall(gate, [10]).wait();
    gate.leave(1, 10);
    await Promise.resolve();
    expect([told.done, gate.tryEnter(10, 'other', true), put.admitted]).toEqual([true, false, []]);
    expect(gate.tryEnter(10, 'key', true)).toBe(true);
  });

  it('is claimed by any put where nobody may line up', async () => {
    const { gate } = makeGate({ maxWaiting: 0, maxRecords: 1 });
    gate.tryEnter(10);
    gate.room(refused(10), () => {});
    gate.leave(1, 10);
    expect(gate.tryEnter(10, 'key')).toBe(false);
    await Promise.resolve();
    expect(gate.tryEnter(10, 'other')).toBe(true);
  });

  it('is waited for no more by whoever leaves the line, and by nobody once the gate is closed', () => {
    const { gate, pending } = gateWithTurns();
    const told: string[] = [];
    const leave = gate.room(refused(95), () => told.push('left'));
    const put = new WaitingCall(gate, [10]).wait();
    gate.room(refused(10), () => told.push('first'));
    gate.room(refused(10), () => told.push('second'));
    leave();
    gate.leave(2, 20);
    expect([told, put.admitted, pending()]).toEqual([['first'], [10], 1]);
    gate.close();
    expect([told, pending(), gate.isContended]).toEqual([['first', 'second'], 0, false]);
    expect(gate.tryEnter(10)).toBe(true);
  });
});
