import type { Socket } from 'node:net';
import type { Clock, Timer } from '@shardline/core';

/** As long as Node gives a request by itself on a server that listens; ours is handed its connections. */
const requestTimeoutMs = 300_000;

/** Drops connections whose request does not come whole in time, so that half-sent ones do not pile up. */
export class RequestDeadlines {
  readonly #clock: Clock;
  readonly #timers = new WeakMap<Socket, Timer>();
  /** Connections that are listened to: once each, however many requests come over them. */
  readonly #known = new WeakSet<Socket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From here on a request is expected. One that is expected already gets no more time. */
  begin(socket: Socket): void {
    if (this.#timers.has(socket)) return;
    const timer = this.#clock.schedule(requestTimeoutMs, () => socket.destroy(), { keepAlive: false });
    this.#timers.set(socket, timer);
    if (this.#known.has(socket)) return;
    this.#known.add(socket);
    socket.once('close', () => this.end(socket));
  }

  /** The request is there. */
  end(socket: Socket): void {
    this.#timers.get(socket)?.cancel();
    this.#timers.delete(socket);
  }
}
