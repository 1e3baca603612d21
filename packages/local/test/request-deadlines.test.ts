import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { RequestDeadlines } from '../src/request-deadlines.js';
import { HandClock } from './support/hand-clock.js';

function setUp() {
  const clock = new HandClock();
  const deadlines = new RequestDeadlines(clock);
  const socket = new Socket();
  return { clock, deadlines, socket };
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
    await clock.advance(1e9);
    expect([socket.destroyed, clock.waiting]).toEqual([false, 0]);
    deadlines.begin(socket);
    await clock.advance(300_000);
    expect(socket.destroyed).toBe(true);
  });

  it('listens once to a connection, however many requests come over it', () => {
    const { deadlines, socket } = setUp();
    for (let request = 0; request < 50; request += 1) {
      deadlines.begin(socket);
      deadlines.end(socket);
    }
    expect(socket.listenerCount('close')).toBe(1);
  });

  it('leaves no timer behind when the connection is closed', async () => {
    const { clock, deadlines, socket } = setUp();
    deadlines.begin(socket);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await closed;
    expect(clock.waiting).toBe(0);
  });
});
