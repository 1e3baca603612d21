import type { Socket } from 'node:net';
import type { Clock, Timer } from '@shardline/core';

/** As long as Node gives a request by itself on a server that listens; ours is handed its connections. */
const requestTimeoutMs = 300_000;

/** How often connections are looked at; one timer for all of them. */
const lookEveryMs = 15_000;

/** What is known of a connection: since when a request is expected, or what had been read when the last one was there. */
type Progress = { readonly expectedAtMs: number } | { readonly readBytes: number };

/**
 * Drops connections whose request does not come whole in time, so that half-sent ones do not pile up.
 *
 * ```
 * expected ──it is there──▶ between requests ──bytes have come, at the next look──▶ expected
 *    └─300 s──▶ dropped, at the next look
 * ```
 */
export class RequestDeadlines {
  readonly #clock: Clock;
  readonly #connections = new Map<Socket, Progress>();
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From here on a request is expected. One that is expected already gets no more time. */
  begin(socket: Socket): void {
    const known = this.#connections.get(socket);
    if (known && 'expectedAtMs' in known) return;
    this.#connections.set(socket, { expectedAtMs: this.#clock.monotonic() });
    if (known) return;
    socket.once('close', () => this.forget(socket));
    this.#timer ??= this.#clock.schedule(lookEveryMs, () => this.#look(), { keepAlive: false });
  }

  /** The request is there. What comes after it begins another one. */
  end(socket: Socket): void {
    if (this.#connections.has(socket)) this.#connections.set(socket, { readBytes: socket.bytesRead });
  }

  /** The connection is none of its concern any longer. */
  forget(socket: Socket): void {
    this.#connections.delete(socket);
    if (this.#connections.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #look(): void {
    const now = this.#clock.monotonic();
    for (const [socket, progress] of this.#connections) {
      if ('readBytes' in progress) {
        if (socket.bytesRead > progress.readBytes) this.begin(socket);
      } else if (now - progress.expectedAtMs >= requestTimeoutMs) {
        socket.destroy();
      }
    }
    this.#timer = this.#clock.schedule(lookEveryMs, () => this.#look(), { keepAlive: false });
  }
}
