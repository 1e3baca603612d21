import { describe, expect, it } from 'vitest';
import { BufferFullError } from '../src/errors.js';
import { Gate, type WaitRules } from '../src/gate.js';
import { fullGate, limits, makeGate, notYet, roomAt, watch } from './support/gates.js';
import { WaitingCall } from './support/waiting-call.js';

/** A gate beside buffers of which `bytes` are more than is set aside for them. */
function gateWithSpare(bytes: number) {
  const spare = { bytes };
  const gate: Gate = new Gate(limits, {
    onFull() {},
    shrink() {
      const freedBytes = spare.bytes;
      spare.bytes = 0;
      if (freedBytes > 0) gate.hold(-freedBytes);
    },
    reclaim() {},
    setAsideBytes: () => 0,
    ...notYet,
  });
  return { gate, spare };
}

/** A call of 20 bytes that waits beside 30 outstanding and 60 set aside. */
function waitingBesideSetAside() {
  const setAside = { bytes: 60 };
  const gate = new Gate(limits, {
    onFull() {},
    shrink() {},
    reclaim() {},
    setAsideBytes: () => setAside.bytes,
    ...notYet,
  });
  gate.tryEnter(30);
  return { gate, setAside, call: new WaitingCall(gate, [20]).wait() };
}

describe('Gate.tryEnter', () => {
  it('counts records and bytes, and lets in no more than either bound (P2)', () => {
    const { gate } = makeGate();
    expect([gate.tryEnter(60), gate.tryEnter(40), gate.tryEnter(1)]).toEqual([true, true, false]);
    expect(gate).toMatchObject({ outstandingRecords: 2, outstandingBytes: 100 });
    const other = makeGate().gate;
    expect([1, 1, 1, 1].map((bytes) => other.tryEnter(bytes))).toEqual([true, true, true, false]);
  });

  it('lets in again what fits once something left', () => {
    const { gate } = fullGate();
    expect(gate.tryEnter(10)).toBe(false);
    gate.leave(2, 20);
    expect(gate).toMatchObject({ outstandingRecords: 1, outstandingBytes: 10 });
    expect(gate.tryEnter(90)).toBe(true);
  });

  it('never passes a waiting call, however small the record', () => {
    const { gate } = makeGate();
    gate.tryEnter(60);
    new WaitingCall(gate, [50]).wait();
    expect(gate.tryEnter(1)).toBe(false);
    expect(gate.isContended).toBe(true);
  });
});

describe('Gate.wait', () => {
  it('lets in first come, first served, at the moment when something leaves', () => {
    const { gate } = fullGate();
    const calls = [10, 20, 5].map((bytes) => new WaitingCall(gate, [bytes]).wait());
    expect(gate.waitingPuts).toBe(3);
    gate.leave(2, 20);
    expect(calls.map(({ admitted }) => admitted)).toEqual([[10], [20], []]);
    expect(gate).toMatchObject({ outstandingRecords: 3, outstandingBytes: 40, waitingPuts: 1 });
    gate.leave(1, 10);
    expect(calls[2]?.admitted).toEqual([5]);
    expect(gate).toMatchObject({ waitingPuts: 0, isContended: false });
  });

  it('lets nothing past a record that does not fit yet', () => {
    const { gate } = makeGate();
    gate.tryEnter(60);
    const large = new WaitingCall(gate, [50]).wait();
    const small = new WaitingCall(gate, [1]).wait();
    gate.leave(0, 5);
    expect([large.admitted, small.admitted]).toEqual([[], []]);
    gate.leave(1, 55);
    expect([large.admitted, small.admitted]).toEqual([[50], [1]]);
  });

  it('lets a batch in piece by piece, and nothing between its records', () => {
    const { gate } = fullGate();
    const batch = new WaitingCall(gate, [10, 10]).wait();
    const put = new WaitingCall(gate, [10]).wait();
    gate.leave(1, 10);
    expect([batch.admitted, put.admitted]).toEqual([[10], []]);
    expect(gate.waitingPuts).toBe(2);
    gate.leave(1, 10);
    expect([batch.admitted, put.admitted]).toEqual([[10, 10], []]);
    gate.leave(1, 10);
    expect(put.admitted).toEqual([10]);
  });

  it('refuses when as many wait as may, in records or in bytes', () => {
    const { gate } = fullGate();
    new WaitingCall(gate, [1, 1, 1, 1]).wait();
    expect(() => new WaitingCall(gate, [1]).wait()).toThrow(BufferFullError);
    const other = fullGate().gate;
    new WaitingCall(other, [60]).wait();
    new WaitingCall(other, [40]).wait();
    expect(() => new WaitingCall(other, [1]).wait()).toThrow(
      expect.objectContaining({ outstandingRecords: 3, outstandingBytes: 30, waitingPuts: 2 }),
    );
  });

  it('lets what waits for the description line up where nobody may for room, as much as the bound (P2)', () => {
    const { gate } = makeGate({ maxWaiting: 0 });
    const undecided = (bytes: number) =>
      gate.wait(new WaitingCall(gate, [bytes]), 1, bytes, { isUndecided: true });
    expect(() => gate.wait(new WaitingCall(gate, [1]), 1, 1)).toThrow(BufferFullError);
    for (let count = 0; count < 3; count += 1) undecided(40);
    expect(() => undecided(1)).toThrow(BufferFullError);
    expect(gate.waitingPuts).toBe(3);
  });

  it('lets no more than may wait line up for the description, where some may', () => {
    const { gate } = makeGate();
    const wait = (rules: WaitRules) =>
      gate.wait(new WaitingCall(gate, [Number.POSITIVE_INFINITY]), 4, 1, rules);
    wait({ isUndecided: true });
    expect(() => wait({ isUndecided: true })).toThrow(BufferFullError);
    wait({ mayAlways: true });
    expect(gate.waitingPuts).toBe(8);
  });

  it('says how full it is, and of what, where what is charged is far below the bound', () => {
    const { gate } = makeGate({ maxWaiting: 0 }, 20);
    gate.tryEnter(10);
    gate.hold(65);
    expect(() => new WaitingCall(gate, [10]).wait()).toThrow(
      expect.objectContaining({
        outstandingRecords: 1,
        outstandingBytes: 10,
        heldBytes: 75,
        setAsideBytes: 20,
        maxOutstandingRecords: 3,
        maxOutstandingBytes: 100,
      }),
    );
  });

  it('lets nobody wait where maxWaiting is 0', () => {
    expect(() => new WaitingCall(makeGate({ maxWaiting: 0 }).gate, [1]).wait()).toThrow(BufferFullError);
  });

  it('lets in whoever comes after a call that gave up', () => {
    const { gate } = makeGate();
    gate.tryEnter(60);
    const large = new WaitingCall(gate, [50]).wait();
    const small = new WaitingCall(gate, [1]).wait();
    large.leave();
    expect(small.admitted).toEqual([1]);
    expect(large.admitted).toEqual([]);
    large.leave();
    expect(gate).toMatchObject({ outstandingRecords: 2, outstandingBytes: 61, waitingPuts: 0 });
  });

  it('waits for a size that is not known, and goes on when it is', () => {
    const { gate } = makeGate();
    const call = new WaitingCall(gate, [Number.POSITIVE_INFINITY]).wait();
    gate.lookAgain();
    expect(call.admitted).toEqual([]);
    call.sizes[0] = 30;
    gate.lookAgain();
    expect(call.admitted).toEqual([30]);
  });

  it('drops a call of which nothing is left', () => {
    const { gate } = fullGate();
    const call = new WaitingCall(gate, [1, 1]).wait();
    const next = new WaitingCall(gate, [2]).wait();
    call.sizes.length = 0;
    gate.leave(1, 10);
    expect(next.admitted).toEqual([2]);
    expect(gate.waitingPuts).toBe(0);
  });

  it('tells that it is full when somebody begins to wait, and not again: what is let in meanwhile is due at once', () => {
    const { gate, told } = fullGate();
    expect(told.full).toBe(0);
    new WaitingCall(gate, [10, 10]).wait();
    expect(told.full).toBe(1);
    gate.leave(1, 10);
    gate.leave(1, 10);
    expect(told.full).toBe(1);
  });

  it('stays whole when a record that is let in leaves at once, and lets in one after the other', () => {
    const { gate } = fullGate();
    const batch = new WaitingCall(gate, [10, 10, 10]);
    let depth = 0;
    let deepest = 0;
    batch.onAdmit = () => {
      deepest = Math.max(deepest, ++depth);
      gate.leave(1, 10);
      depth -= 1;
    };
    batch.wait();
    const put = new WaitingCall(gate, [7]).wait();
    gate.leave(1, 10);
    expect([batch.admitted, put.admitted]).toEqual([[10, 10, 10], [7]]);
    expect(deepest).toBe(1);
    expect(gate).toMatchObject({ outstandingRecords: 3, outstandingBytes: 27, waitingPuts: 0 });
  });

  it('lets no more in of a call that gives up while one of its records is let in', () => {
    const { gate } = fullGate();
    const batch = new WaitingCall(gate, [10, 10]);
    batch.onAdmit = () => batch.leave();
    batch.wait();
    const put = new WaitingCall(gate, [7]).wait();
    gate.leave(3, 30);
    expect([batch.admitted, put.admitted]).toEqual([[10], [7]]);
    expect(gate).toMatchObject({ outstandingRecords: 2, outstandingBytes: 17, waitingPuts: 0 });
  });
});

it('P1: lets in nothing of a call that reading its record has ended', () => {
  const { gate } = fullGate();
  const call = new WaitingCall(gate, [10]).wait();
  call.nextBytes = () => {
    call.leave();
    return 10;
  };
  const put = new WaitingCall(gate, [7]).wait();
  gate.leave(1, 10);
  expect([call.admitted, put.admitted]).toEqual([[], [7]]);
  expect(gate).toMatchObject({ outstandingRecords: 3, outstandingBytes: 27, waitingPuts: 0 });
});

describe('Gate.failWaiting', () => {
  it('fails every call that waits, in order, and leaves what is in alone', () => {
    const { gate } = fullGate();
    const calls = [10, 20].map((bytes) => new WaitingCall(gate, [bytes]).wait());
    let number = 0;
    gate.failWaiting(() => new Error(`closed ${++number}`));
    expect(calls.map(({ failure }) => failure?.message)).toEqual(['closed 1', 'closed 2']);
    expect(gate).toMatchObject({ outstandingRecords: 3, waitingPuts: 0, isContended: false });
    gate.leave(3, 30);
    expect(calls.map(({ admitted }) => admitted)).toEqual([[], []]);
  });
});

it('takes no more off what waits than was counted, however much the records are charged (P2)', () => {
  const gate = new Gate(
    { maxRecords: 2, maxBytes: 100, maxWaiting: 100 },
    { onFull() {}, shrink() {}, reclaim() {}, setAsideBytes: () => 0, ...notYet },
  );
  const sizes = [30, 30, 30, 30];
  const waiter = {
    nextBytes: () => sizes[0],
    admit: () => void sizes.shift(),
    fail() {},
  };
  // Counted as 10 bytes each while it waits, charged 30 each when let in.
  gate.wait(waiter, 4, 40);
  gate.lookAgain();
  expect(sizes).toHaveLength(2);
  const more = () => gate.wait({ ...waiter, nextBytes: () => 1 }, 1, 100);
  more();
  expect(more).toThrow(BufferFullError);
});

describe('Gate.hold', () => {
  it('counts what is held besides, or instead of, the charges (P2)', () => {
    const { gate } = makeGate();
    gate.tryEnter(40);
    gate.hold(30);
    expect(gate).toMatchObject({ outstandingBytes: 40, heldBytes: 70 });
    expect([gate.tryEnter(31), gate.tryEnter(30)]).toEqual([false, true]);
    gate.hold(-30);
    expect(gate.tryEnter(30)).toBe(true);
  });

  it('lets in whoever waits once less is held', async () => {
    const { gate } = makeGate();
    gate.tryEnter(40);
    gate.hold(60);
    const call = new WaitingCall(gate, [10]);
    call.wait();
    gate.hold(-9);
    await Promise.resolve();
    expect(call.admitted).toEqual([]);
    gate.hold(-1);
    await Promise.resolve();
    expect(call.admitted).toEqual([10]);
  });

  it('lets nobody in while whoever held it is still at work (P1)', async () => {
    const { gate } = makeGate();
    gate.tryEnter(40);
    gate.hold(60);
    const call = new WaitingCall(gate, [10]).wait();
    gate.hold(-60);
    expect(call.admitted).toEqual([]);
    gate.hold(55);
    await Promise.resolve();
    expect(call.admitted).toEqual([]);
    gate.hold(-55);
    await Promise.resolve();
    expect(call.admitted).toEqual([10]);
  });

  it('resolves room once less is held', async () => {
    const { gate } = makeGate();
    gate.tryEnter(40);
    gate.hold(60);
    const room = watch(roomAt(gate, 10));
    gate.hold(-10);
    await Promise.resolve();
    await Promise.resolve();
    expect(room.done).toBe(true);
  });

  it('asks for what is held for later when nothing is outstanding and there is no room', () => {
    const told = { reclaimed: 0 };
    const gate: Gate = new Gate(limits, {
      onFull() {},
      shrink() {},
      reclaim: () => {
        told.reclaimed += 1;
        gate.hold(-50);
      },
      setAsideBytes: () => 0,
      ...notYet,
    });
    gate.hold(50);
    expect(gate.tryEnter(50)).toBe(true);
    expect(told.reclaimed).toBe(0);
    gate.leave(1, 50);
    expect(gate.tryEnter(51)).toBe(true);
    expect([told.reclaimed, gate.heldBytes]).toEqual([1, 51]);
  });

  it('P2: asks for all of it where more is held than may be, and what is beyond the set aside is not enough', () => {
    const told: string[] = [];
    const gate: Gate = new Gate(limits, {
      onFull() {},
      shrink() {
        told.push('shrink');
        gate.hold(-10);
      },
      reclaim() {
        told.push('reclaim');
        gate.hold(-20);
      },
      setAsideBytes: () => 0,
      ...notYet,
    });
    gate.tryEnter(60);
    gate.hold(40);
    gate.hold(10);
    expect([told, gate.heldBytes]).toEqual([['shrink'], 100]);
    gate.hold(11);
    expect([told, gate.heldBytes]).toEqual([['shrink', 'shrink', 'reclaim'], 81]);
  });

  it('keeps what is set aside from records, unless nothing else is outstanding', () => {
    const { gate } = makeGate({}, 30);
    expect([gate.tryEnter(60), gate.tryEnter(11), gate.tryEnter(10)]).toEqual([true, false, true]);
    gate.leave(2, 70);
    expect(gate.tryEnter(100)).toBe(true);
  });

  it('lets in whoever waits, and tells of room, when less is set aside', async () => {
    const { gate, setAside, call } = waitingBesideSetAside();
    setAside.bytes = 50;
    expect(call.admitted).toEqual([]);
    gate.lookAgain();
    expect(call.admitted).toEqual([20]);
    const room = watch(roomAt(gate, 10));
    setAside.bytes = 40;
    gate.lookAgain();
    await Promise.resolve();
    expect(room.done).toBe(true);
  });

  it('asks for no more than what is beyond the set aside while records are outstanding: they make room', () => {
    const { gate, told } = makeGate();
    gate.tryEnter(10);
    gate.hold(80);
    expect(told.shrunk).toBe(0);
    expect(gate.tryEnter(50)).toBe(false);
    expect([told.shrunk, told.reclaimed]).toEqual([1, 0]);
  });

  it('takes the room that what is beyond the set aside leaves, for whoever comes and whoever waits', async () => {
    const { gate, spare } = gateWithSpare(60);
    gate.tryEnter(10);
    gate.hold(60);
    expect([gate.tryEnter(31), gate.heldBytes]).toEqual([true, 41]);
    spare.bytes = 50;
    gate.hold(50);
    const rooms = [watch(roomAt(gate, 20)), watch(roomAt(gate, 70))];
    await Promise.resolve();
    expect(rooms.map(({ done }) => done)).toEqual([true, false]);
    gate.leave(1, 31);
    await Promise.resolve();
    expect(rooms.map(({ done }) => done)).toEqual([true, true]);
  });

  it('looks again where what is held stays as it is: less may be set aside', async () => {
    const { gate, setAside, call } = waitingBesideSetAside();
    setAside.bytes = 50;
    gate.hold(0);
    await Promise.resolve();
    expect(call.admitted).toEqual([20]);
  });

  it('asks for it once more is held than may be, at once (P2)', () => {
    const { gate, told } = makeGate();
    gate.tryEnter(90);
    gate.hold(10);
    expect(told.shrunk).toBe(0);
    gate.hold(1);
    expect(told.shrunk).toBe(1);
  });
});
