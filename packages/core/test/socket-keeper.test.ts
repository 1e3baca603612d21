import { EventEmitter } from 'node:events';
import { ManualClock } from '@shardline/testing';
import { describe, expect, test } from 'vitest';
import { serviceFaultOf } from '../src/service-fault.js';
import { SocketKeeper } from '../src/socket-keeper.js';

const rules = { connectTimeoutMs: 3_000, maxIdleMs: 4_000, maxAgeMs: 100_000 };

class FakeSocket extends EventEmitter {
  destroyed = false;
  destroyedWith: unknown;

  destroy(error?: Error): void {
    this.destroyed = true;
    this.destroyedWith = error;
    if (error) this.emit('error', error);
    this.emit('close');
  }
}

/** A keeper whose sockets live as long as they may, unless `chance` says less. */
function keeperOf(clock = new ManualClock(), chance = 1) {
  const keeper = new SocketKeeper(rules, clock, { next: () => chance });
  const open = (secure = false) => {
    const socket = new FakeSocket();
    keeper.opening(socket, secure, 'kinesis.test:443');
    socket.on('error', () => {});
    return socket;
  };
  const connected = (secure = false) => {
    const socket = open(secure);
    socket.emit('connect');
    if (secure) socket.emit('secureConnect');
    return socket;
  };
  return { clock, keeper, open, connected };
}

describe('SocketKeeper: while a socket connects', () => {
  test('one that does not get a TCP connection in time is destroyed, with nothing sent', async () => {
    const { clock, open } = keeperOf();
    const socket = open(true);
    await clock.advance(2_999);
    expect(socket.destroyed).toBe(false);
    await clock.advance(1);
    expect(socket.destroyedWith).toMatchObject({
      code: 'ETIMEDOUT',
      message: 'No TCP connection with kinesis.test:443 within 3000 ms.',
    });
    expect(serviceFaultOf(socket.destroyedWith)).toMatchObject({ kind: 'transient', sent: false });
  });

  test('the TLS handshake has the rest of that time', async () => {
    const { clock, open } = keeperOf();
    const socket = open(true);
    await clock.advance(2_000);
    socket.emit('connect');
    await clock.advance(1_000);
    expect(socket.destroyedWith).toMatchObject({
      code: 'ERR_TLS_HANDSHAKE_TIMEOUT',
      message: 'No TLS handshake with kinesis.test:443 within 3000 ms.',
    });
    expect(serviceFaultOf(socket.destroyedWith)).toMatchObject({ kind: 'transient', sent: false });
  });

  test.each([false, true])('one that stands is left alone (with TLS: %s)', async (secure) => {
    const { clock, connected } = keeperOf();
    const socket = connected(secure);
    await clock.advance(60_000);
    expect(socket.destroyed).toBe(false);
  });

  test('one that closes by itself leaves no timer', async () => {
    const { clock, open } = keeperOf();
    open().destroy();
    expect(clock.pending).toBe(0);
  });

  test('what breaks it before it stands has sent nothing; later it may have', () => {
    const reset = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    const { open, connected } = keeperOf();
    const early = open(true);
    early.emit('connect');
    early.destroy(reset());
    expect(serviceFaultOf(early.destroyedWith)).toMatchObject({ name: 'ECONNRESET', sent: false });
    const late = connected(true);
    late.destroy(reset());
    expect(serviceFaultOf(late.destroyedWith)).toMatchObject({ name: 'ECONNRESET', sent: true });
  });

  test('says what it lacks until it stands, and no more then', () => {
    const { keeper, open, connected } = keeperOf();
    const socket = open(true);
    expect(keeper.unsentOn(socket)).toEqual({
      name: 'ETIMEDOUT',
      lacks: 'no TCP connection with kinesis.test:443',
    });
    socket.emit('connect');
    expect(keeper.unsentOn(socket)).toEqual({
      name: 'ERR_TLS_HANDSHAKE_TIMEOUT',
      lacks: 'no TLS handshake with kinesis.test:443',
    });
    socket.emit('secureConnect');
    expect(keeper.unsentOn(socket)).toBeUndefined();
    socket.destroy();
    expect(keeper.unsentOn(socket)).toBeUndefined();
    expect(keeper.unsentOn(connected())).toBeUndefined();
    expect(keeper.unsentOn(new FakeSocket())).toBeUndefined();
  });
});

describe('SocketKeeper: before a socket is used again', () => {
  test('one that lay idle too long is destroyed, others are not', async () => {
    const { clock, keeper, connected } = keeperOf();
    const [stale, fresh] = [connected(), connected()];
    keeper.freed(stale);
    await clock.advance(1);
    keeper.freed(fresh);
    await clock.advance(3_999);
    keeper.sweep([stale, fresh]);
    expect([stale.destroyed, fresh.destroyed]).toEqual([true, false]);
  });

  test('the time in use does not count as idle', async () => {
    const { clock, keeper, connected } = keeperOf();
    const socket = connected();
    keeper.freed(socket);
    await clock.advance(3_000);
    keeper.sweep([socket]);
    await clock.advance(3_000);
    keeper.freed(socket);
    keeper.sweep([socket]);
    expect(socket.destroyed).toBe(false);
  });

  test('one that is too old when it is freed is destroyed', async () => {
    const { clock, keeper, connected } = keeperOf();
    const socket = connected();
    await clock.advance(99_999);
    keeper.freed(socket);
    expect(socket.destroyed).toBe(false);
    await clock.advance(1);
    keeper.freed(socket);
    expect(socket.destroyed).toBe(true);
  });

  test('one that grows too old while it is idle is destroyed', async () => {
    const { clock, keeper, connected } = keeperOf();
    const socket = connected();
    await clock.advance(99_000);
    keeper.freed(socket);
    await clock.advance(1_000);
    keeper.sweep([socket]);
    expect(socket.destroyed).toBe(true);
  });

  test('sockets that were opened together grow old apart, none later than allowed', async () => {
    const clock = new ManualClock();
    const oldAt = async (chance: number) => {
      const { keeper, connected } = keeperOf(clock, chance);
      const socket = connected();
      const openedMs = clock.monotonic();
      while (!socket.destroyed) {
        await clock.advance(1_000);
        keeper.freed(socket);
      }
      return clock.monotonic() - openedMs;
    };
    expect(await oldAt(0)).toBe(80_000);
    expect(await oldAt(0.5)).toBe(90_000);
  });

  test('a process that was frozen trusts none of its idle sockets, though its monotonic clock stood still', () => {
    let wallMs = 1_000;
    const frozen = {
      now: () => wallMs,
      monotonic: () => 0,
      schedule: () => ({ cancel: () => {} }),
    };
    const { keeper, connected } = keeperOf(frozen as never);
    const socket = connected();
    keeper.freed(socket);
    wallMs += 600_000;
    keeper.sweep([socket]);
    expect(socket.destroyed).toBe(true);
  });

  test('counts what it opened, and passes over sockets that it does not know', () => {
    const { keeper, connected } = keeperOf();
    connected();
    connected();
    expect(keeper.opened).toBe(2);
    const stranger = new FakeSocket();
    keeper.freed(stranger);
    keeper.sweep([stranger]);
    expect(stranger.destroyed).toBe(false);
  });
});
