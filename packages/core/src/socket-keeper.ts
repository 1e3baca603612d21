import type { Clock } from './clock.js';
import type { Random } from './random.js';
import type { Unsent } from './unsent.js';

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

/** What is known of a socket. */
interface Known {
  readonly place: string;
  readonly opened: Moment;
  readonly maxAgeMs: number;
  idleFrom: Moment;
  /** What it has to do next; undefined once requests may be sent on it. */
  next: 'TCP connection' | 'TLS handshake' | undefined;
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
  readonly #sockets = new WeakMap<KeptSocket, Known>();
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
    const maxAgeMs = this.#rules.maxAgeMs * share;
    const known: Known = { place, opened, maxAgeMs, idleFrom: opened, next: 'TCP connection' };
    this.#sockets.set(socket, known);
    const { connectTimeoutMs } = this.#rules;
    const late = () => socket.destroy(notConnected(known, connectTimeoutMs));
    const timer = this.#clock.schedule(connectTimeoutMs, late, { keepAlive: false });
    const settle = () => timer.cancel();
    socket.once('connect', () => {
      known.next = secure ? 'TLS handshake' : undefined;
    });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      known.next = undefined;
      settle();
    });
    socket.once('close', settle);
    // Nothing is sent before the connection stands: what breaks it until then has stored nothing.
    socket.prependOnceListener('error', (error: Error & { syscall?: string }) => {
      if (known.next !== undefined) error.syscall ??= 'connect';
    });
  }

  /** Why nothing can have been sent on a socket: it does not stand yet. Undefined for one that does, or is not known. */
  unsentOn(socket: KeptSocket): Unsent | undefined {
    const { next, place } = this.#sockets.get(socket) ?? {};
    return next && { name: codeOfLack[next], lacks: `no ${next} with ${place}` };
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
const codeOfLack = Object.freeze({
  'TCP connection': 'ETIMEDOUT',
  'TLS handshake': 'ERR_TLS_HANDSHAKE_TIMEOUT',
});

function notConnected({ next = 'TCP connection', place }: Known, timeoutMs: number): Error {
  const error = new Error(`No ${next} with ${place} within ${timeoutMs} ms.`);
  return Object.assign(error, { code: codeOfLack[next], syscall: 'connect' });
}
