import type { Clock, Timer } from '@shardline/core';
import { bufferSize } from './buffer-size.js';

/** What a {@link BodyPool} may keep. */
export interface BodyPoolRules {
  /** Bytes that buffers may always take: records never get them. */
  readonly setAsideBytes: number;
  /** Most bytes of buffers that nobody uses, while nobody waits for memory. */
  readonly maxIdleBytes: number;
  /** How long a buffer that nobody uses is kept, in milliseconds. */
  readonly idleMs: number;
}

/** A buffer for one request body. Ends once, in one of two ways. */
export interface BodyLease {
  readonly buffer: Buffer;
  /** Nothing reads the buffer any more. */
  recycle(): void;
  /** A socket may still read the buffer: it is left to the garbage collector. */
  drop(): void;
}

interface IdleBuffer {
  readonly buffer: Buffer;
  readonly sinceMs: number;
}

const smallestBytes = 16_384;
/** A buffer is used for bodies that would get one of a quarter of its size at least. */
const worstFit = 4;

/**
 * Buffers of request bodies, used again once their requests are answered: fresh memory of megabytes costs more than filling it.
 * Buffers are made as large as what is asked for, a quarter more at most; those that nobody wants for a while are let go.
 */
export class BodyPool {
  readonly #clock: Clock;
  readonly #rules: BodyPoolRules;
  readonly #onHeld: (deltaBytes: number) => void;
  /** Longest unused first. */
  readonly #idle: IdleBuffer[] = [];
  #idleBytes = 0;
  #closed = false;
  #sweep: Timer | undefined;

  /** `onHeld` is told whenever the bytes change that the pool and its leases hold. */
  constructor(clock: Clock, rules: BodyPoolRules, onHeld: (deltaBytes: number) => void) {
    this.#clock = clock;
    this.#rules = rules;
    this.#onHeld = onHeld;
  }

  /** Bytes that are set aside for buffers and not held at the moment. */
  get setAsideBytes(): number {
    return Math.max(0, this.#rules.setAsideBytes - this.#idleBytes);
  }

  /** A buffer of at least `bytes`, its content undefined. */
  lease(bytes: number): BodyLease {
    const buffer = this.#takeIdle(bytes) ?? this.#make(bytes);
    let over = false;
    const end = (then: () => void) => {
      if (over) return;
      over = true;
      then();
    };
    return {
      buffer,
      recycle: () => end(() => this.#keep(buffer)),
      drop: () => end(() => this.#onHeld(-buffer.length)),
    };
  }

  /** Lets go of what nobody uses beyond what is set aside. */
  shrink(): void {
    while (this.#idleBytes > this.#rules.setAsideBytes) this.#letGo(1);
  }

  /** Lets go of what nobody uses. */
  trim(): void {
    this.#sweep?.cancel();
    this.#sweep = undefined;
    this.#letGo(this.#idle.length);
  }

  /** Lets go of what nobody uses, now and later. Leases go on. */
  close(): void {
    this.#closed = true;
    this.trim();
  }

  /** The smallest that is large enough. */
  #takeIdle(bytes: number): Buffer | undefined {
    let best = -1;
    let bestBytes = sizeFor(bytes) * worstFit + 1;
    this.#idle.forEach(({ buffer }, index) => {
      if (buffer.length < bytes || buffer.length >= bestBytes) return;
      best = index;
      bestBytes = buffer.length;
    });
    const [taken] = best < 0 ? [] : this.#idle.splice(best, 1);
    this.#idleBytes -= taken?.buffer.length ?? 0;
    return taken?.buffer;
  }

  #make(bytes: number): Buffer {
    const buffer = Buffer.allocUnsafeSlow(sizeFor(bytes));
    this.#onHeld(buffer.length);
    return buffer;
  }

  #keep(buffer: Buffer): void {
    const { maxIdleBytes, idleMs } = this.#rules;
    if (this.#closed || buffer.length > maxIdleBytes) {
      this.#onHeld(-buffer.length);
      return;
    }
    while (this.#idleBytes + buffer.length > maxIdleBytes) this.#letGo(1);
    this.#idle.push({ buffer, sinceMs: this.#clock.monotonic() });
    this.#idleBytes += buffer.length;
    this.#sweep ??= this.#sweepIn(idleMs);
  }

  /** Forgets the `count` longest unused. */
  #letGo(count: number): void {
    const freedBytes = this.#idle.splice(0, count).reduce((sum, { buffer }) => sum + buffer.length, 0);
    this.#idleBytes -= freedBytes;
    if (freedBytes > 0) this.#onHeld(-freedBytes);
  }

  #sweepIn(delayMs: number): Timer {
    return this.#clock.schedule(delayMs, () => this.#letGoUnused(), { keepAlive: false });
  }

  #letGoUnused(): void {
    const { idleMs } = this.#rules;
    const sinceMs = this.#clock.monotonic() - idleMs;
    this.#sweep = undefined;
    const wanted = this.#idle.findIndex((idle) => idle.sinceMs > sinceMs);
    this.#letGo(wanted < 0 ? this.#idle.length : wanted);
    const [next] = this.#idle;
    if (next) this.#sweep = this.#sweepIn(next.sinceMs - sinceMs);
  }
}

/** A quarter more than what is asked for, at most. */
function sizeFor(bytes: number): number {
  return bufferSize(bytes, smallestBytes, 4);
}
