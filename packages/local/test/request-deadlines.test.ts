import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RequestDeadlines } from '../src/request-deadlines.js';
import { HandClock } from './support/hand-clock.js';

function setUp() {
  const clock = new HandClock();
  const deadlines = new RequestDeadlines(clock);
  return { clock, deadlines, socket: socketThatRead(0) };
}

function socketThatRead(bytes: number) {
  const socket = new Socket();
  const read = { bytes };
  Object.defineProperty(socket, 'bytesRead', { get: () => read.bytes });
  return Object.assign(socket, {
    receive: (more: number) => {
      read.bytes += more;
    },
  });
}

describe('RequestDeadlines', () => {
  it('drops a connection 300 seconds after a request was expected, however often that was said', async () => {
    const { clock, deadlines, socket } = setUp();
    deadlines.begin(socket);
    await clock.advance(200_000);
    deadlines.begin(socket);
    await clock.advance(99_999);
    expect(socket.destroyed).toBe(false);
    await clock.advance(1);
    expect(socket.destroyed).toBe(true);
  });

  it('spares one whose request has come, until the next is expected', async () => {
    const { clock, deadlines, socket } = setUp();
    deadlines.begin(socket);
    deadlines.end(socket);
    deadlines.end(socket);
    await clock.advance(1e7);
    expect(socket.destroyed).toBe(false);
    deadlines.begin(socket);
    await clock.advance(330_000);
    expect(socket.destroyed).toBe(true);
  });

  it('counts a later request from its first bytes, be they only half of its head', async () => {
    const { clock, deadlines, socket } = setUp();
    deadlines.begin(socket);
    socket.receive(500);
    deadlines.end(socket);
    await clock.advance(1e6);
    socket.receive(1);
    await clock.advance(300_000);
    expect(socket.destroyed).toBe(false);
    await clock.advance(30_000);
    expect(socket.destroyed).toBe(true);
  });

  it('does not take a request that has come for the beginning of the next one', async () => {
    const { clock, deadlines, socket } = setUp();
    deadlines.begin(socket);
    for (let request = 0; request < 3; request += 1) {
      socket.receive(500);
      deadlines.begin(socket);
      socket.receive(500);
      deadlines.end(socket);
      await clock.advance(1e6);
    }
    expect(socket.destroyed).toBe(false);
  });

  it('looks at every connection on its own', async () => {
    const { clock, deadlines, socket } = setUp();
    const other = socketThatRead(0);
    deadlines.begin(socket);
    await clock.advance(100_000);
    deadlines.begin(other);
    await clock.advance(215_000);
    expect([socket.destroyed, other.destroyed]).toEqual([true, false]);
    await clock.advance(100_000);
    expect(other.destroyed).toBe(true);
  });

  it('listens once to a connection, however many requests come over it', () => {
    const { deadlines, socket } = setUp();
    for (let request = 0; request < 50; request += 1) {
      deadlines.begin(socket);
      deadlines.end(socket);
    }
    expect(socket.listenerCount('close')).toBe(1);
  });

  it('leaves no timer behind when the last connection is closed, and begins again with the next', async () => {
    const { clock, deadlines, socket } = setUp();
    const other = socketThatRead(0);
    deadlines.begin(socket);
    deadlines.begin(other);
    for (const [one, waiting] of [
      [socket, 1],
      [other, 0],
    ] as const) {
      const closed = new Promise((resolve) => one.once('close', resolve));
      one.destroy();
      await closed;
      expect(clock.waiting).toBe(waiting);
    }
    const next = socketThatRead(0);
    deadlines.begin(next);
    await clock.advance(300_000);
    expect(next.destroyed).toBe(true);
  });

  it('forgets one that is none of its concern', async () => {
    const { clock, deadlines, socket } = setUp();
    deadlines.begin(socket);
    deadlines.forget(socket);
    deadlines.end(socket);
    await clock.advance(1e7);
    expect([socket.destroyed, clock.waiting]).toEqual([false, 0]);
  });
});
