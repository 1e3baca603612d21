import type { Clock } from './clock.js';
import type { Random } from './random.js';

/** How long sockets may be used. */
export interface SocketRules {
  /** Longest wait for a TCP connection, and TLS where it is spoken, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long a socket may lie idle and be used again, in milliseconds. */
  readonly maxIdleMs: number;
  /** How old a socket may be and be used again, in milliseconds. */
  readonly maxAgeMs: number;
}

/** What a {@link SocketKeeper} needs of a socket of Node's. */
export interface KeptSocket {
  readonly destroyed: boolean;
  destroy(error?: Error): unknown;
  once(event: string, listener: () => void): unknown;
  prependOnceListener(event: 'error', listener: (error: Error) => void): unknown;
  emit(event: 'agentRemove'): unknown;
}

/** A moment on both clocks of a machine. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/**
 * Sockets grow old at different times, the youngest at this share of `maxAgeMs`: opened together in a burst, they would
 * otherwise be opened anew together.
 */
const leastAgeShare = 0.8;

/**
 * Judges when a socket is not to be used again. One that is too old would go on to an address that its name may not have any
 * more; one that lay idle may be closed on the other side, so that the request sent into it is never answered.
 *
 * ```
 * connecting ──connected──▶ in use ──freed──▶ idle ──a request takes it──▶ in use
 *     │ too late              │ freed too old   │ idle too long, too old, or another one broke
 *     └──────────────▶ destroyed ◀──────────────┘
 * ```
 *
 * Time is what either clock says has passed, whichever says more: a process that was frozen, as a Lambda function is between
 * its calls, finds what it left idle no longer fit for use.
 */
export class SocketKeeper {
  readonly #rules: SocketRules;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sockets = new WeakMap<KeptSocket, { opened: Moment; maxAgeMs: number; idleFrom: Moment }>();
  #opened = 0;

  constructor(rules: SocketRules, clock: Clock, random: Random) {
    this.#rules = rules;
    this.#clock = clock;
    this.#random = random;
  }

  /** Sockets opened so far. */
  get opened(): number {
    return this.#opened;
  }

  /** A socket to `place` begins to connect; it is destroyed if that takes too long. `secure`: with TLS. */
  opening(socket: KeptSocket, secure: boolean, place: string): void {
    this.#opened += 1;
    const opened = this.#now();
    const share = leastAgeShare + (1 - leastAgeShare) * this.#random.next();
    this.#sockets.set(socket, { opened, maxAgeMs: this.#rules.maxAgeMs * share, idleFrom: opened });
    let hasTcp = false;
    let connected = false;
    const { connectTimeoutMs } = this.#rules;
    const late = () => socket.destroy(notConnected(place, secure && hasTcp, connectTimeoutMs));
    const timer = this.#clock.schedule(connectTimeoutMs, late, { keepAlive: false });
    const settle = () => timer.cancel();
    socket.once('connect', () => {
      hasTcp = true;
    });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      connected = true;
      settle();
    });
    socket.once('close', settle);
    // Nothing is sent before the connection stands: what breaks it until then has stored nothing.
    socket.prependOnceListener('error', (error: Error & { syscall?: string }) => {
      if (!connected) error.syscall ??= 'connect';
    });
  }

  /** A request is done with its socket, which lies idle from now on unless it is too old. */
  freed(socket: KeptSocket): void {
    const kept = this.#sockets.get(socket);
    if (kept === undefined) return;
    kept.idleFrom = this.#now();
    if (this.#elapsedMs(kept.opened) >= kept.maxAgeMs) socket.destroy();
  }

  /** Destroys those of the `idle` that are not to be used again. */
  sweep(idle: Iterable<KeptSocket>): void {
    for (const socket of idle) {
      const kept = this.#sockets.get(socket);
      if (kept === undefined || socket.destroyed) continue;
      const isStale = this.#elapsedMs(kept.idleFrom) >= this.#rules.maxIdleMs;
      if (isStale || this.#elapsedMs(kept.opened) >= kept.maxAgeMs) remove(socket);
    }
  }

  /** Destroys all the `idle`: what broke another socket may have broken them. */
  distrust(idle: Iterable<KeptSocket>): void {
    for (const socket of idle) remove(socket);
  }

  #now(): Moment {
    return { monotonicMs: this.#clock.monotonic(), wallMs: this.#clock.now() };
  }

  #elapsedMs({ monotonicMs, wallMs }: Moment): number {
    return Math.max(this.#clock.monotonic() - monotonicMs, this.#clock.now() - wallMs);
  }
}

/** Takes an idle socket out of its agent at once: when it closes later, the agent would open another one in its place. */
function remove(socket: KeptSocket): void {
  socket.destroy();
  socket.emit('agentRemove');
}

/** Named as Node names them, so that whoever judges faults knows that nothing was sent. */
function notConnected(place: string, hasTcp: boolean, timeoutMs: number): Error {
  const what = hasTcp ? 'TLS handshake' : 'TCP connection';
  const error = new Error(`No ${what} with ${place} within ${timeoutMs} ms.`);
  const code = hasTcp ? 'ERR_TLS_HANDSHAKE_TIMEOUT' : 'ETIMEDOUT';
  return Object.assign(error, { code, syscall: 'connect' });
}
