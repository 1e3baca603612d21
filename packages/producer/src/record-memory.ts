import { AggregateEncoder } from '@shardline/aggregation';

/** What a {@link RecordMemory} needs from outside. */
export interface RecordMemoryParts {
  /** Counts memory that is held, or no longer, towards the bound (P2). */
  readonly hold: (deltaBytes: number) => void;
  /** Bytes that encoders may always take: records never get them. */
  readonly setAsideBytes: number;
  /** Most bytes of encoders that are kept for the next aggregates while nobody waits for room. */
  readonly maxIdleBytes: number;
  /** Whether somebody does. */
  readonly isContended: () => boolean;
}

/** Counted for an encoder besides its buffers, with what its lane and the aggregate that is open in it hold (measured: 4,800 bytes). */
export const encoderOverheadBytes = 4_800;

/**
 * The encoders of one producer: an aggregate that begins gets one whose buffers have grown already, which spares the collector
 * some 500 bytes of garbage a record. All that they hold is counted, used or not (P2).
 */
export class RecordMemory {
  readonly #parts: RecordMemoryParts;
  readonly #idle: AggregateEncoder[] = [];
  #idleBytes = 0;

  constructor(parts: RecordMemoryParts) {
    this.#parts = parts;
  }

  /** Bytes of encoders that wait for an aggregate. */
  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** Bytes that are set aside for encoders and not held at the moment. */
  get setAsideBytes(): number {
    return Math.max(0, this.#parts.setAsideBytes - this.#idleBytes);
  }

  /** Counts bytes that somebody holds from now on, or, below zero, no longer. */
  hold(deltaBytes: number): void {
    this.#parts.hold(deltaBytes);
  }

  /** An empty encoder; what it holds by now is counted. */
  take(): AggregateEncoder {
    const encoder = this.#idle.pop();
    if (!encoder) {
      this.#parts.hold(encoderOverheadBytes);
      return new AggregateEncoder();
    }
    this.#idleBytes -= encoder.capacityBytes;
    return encoder;
  }

  /** Takes back an encoder with nothing in it, of which `countedBytes` are counted. */
  giveBack(encoder: AggregateEncoder, countedBytes: number): void {
    const { capacityBytes } = encoder;
    const { setAsideBytes, maxIdleBytes, isContended } = this.#parts;
    const idleBytes = this.#idleBytes + capacityBytes;
    if (idleBytes > setAsideBytes && (idleBytes > maxIdleBytes || isContended())) {
      this.#parts.hold(-countedBytes - encoderOverheadBytes);
      return;
    }
    this.#idle.push(encoder);
    this.#idleBytes = idleBytes;
    // Also where that is nothing: less is set aside from now on, and somebody may wait for that.
    this.#parts.hold(capacityBytes - countedBytes);
  }

  /** Lets go of what is idle beyond what is set aside. */
  shrink(): void {
    while (this.#idleBytes > this.#parts.setAsideBytes) this.#letGoOne();
  }

  /** Lets go of everything that is idle. */
  trim(): void {
    // One that never grew is counted as well.
    while (this.#idle.length > 0) this.#letGoOne();
  }

  #letGoOne(): void {
    const capacityBytes = this.#idle.pop()?.capacityBytes ?? 0;
    this.#idleBytes -= capacityBytes;
    this.#parts.hold(-capacityBytes - encoderOverheadBytes);
  }
}
