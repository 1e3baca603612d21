import { AggregateEncoder } from '@shardline/aggregation';

/** What a {@link RecordMemory} needs from outside. */
export interface RecordMemoryParts {
  /** Counts memory that is held, or no longer, towards the bound (P2). */
  readonly hold: (deltaBytes: number) => void;
  /** Most bytes of encoders that are kept for the next aggregates. */
  readonly maxIdleBytes: number;
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
    return Math.max(0, this.#parts.maxIdleBytes - this.#idleBytes);
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
    if (this.#idleBytes + capacityBytes > this.#parts.maxIdleBytes) {
      this.#parts.hold(-countedBytes - encoderOverheadBytes);
      return;
    }
    this.#idle.push(encoder);
    this.#idleBytes += capacityBytes;
    if (capacityBytes !== countedBytes) this.#parts.hold(capacityBytes - countedBytes);
  }

  /** Lets go of everything that is idle. */
  trim(): void {
    const freed = this.#idleBytes + this.#idle.length * encoderOverheadBytes;
    this.#idle.length = 0;
    this.#idleBytes = 0;
    if (freed > 0) this.#parts.hold(-freed);
  }
}
