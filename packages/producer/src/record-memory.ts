import { AggregateEncoder } from '@shardline/aggregation';
import { blockSize, IdleBlocks } from './idle-blocks.js';

/** What a {@link RecordMemory} needs from outside. */
export interface RecordMemoryParts {
  /** Counts memory that is held, or no longer, towards the bound (P2). */
  readonly hold: (deltaBytes: number) => void;
  /** Bytes that what is kept for the next records may always take: records never get them. */
  readonly setAsideBytes: number;
  /** Most bytes that are kept for the next records while nobody waits for room. */
  readonly maxIdleBytes: number;
  /** Whether somebody does. */
  readonly isContended: () => boolean;
}

/** Counted for an encoder besides its buffers, with what its lane and the aggregate that is open in it hold (measured: 4,800 bytes). */
export const encoderOverheadBytes = 4_800;

/**
 * What the records of one producer wait in, used again: an aggregate that begins gets an encoder whose buffers have grown already,
 * which spares the collector some 500 bytes of garbage a record; a record that goes by itself gets a block that another one has left.
 * All that they hold is counted, used or not (P2).
 */
export class RecordMemory {
  readonly #parts: RecordMemoryParts;
  readonly #idle: AggregateEncoder[] = [];
  readonly #blocks = new IdleBlocks();
  #idleBytes = 0;

  constructor(parts: RecordMemoryParts) {
    this.#parts = parts;
  }

  /** Bytes of encoders and blocks that wait for the next records. */
  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** Bytes that are set aside for them and not held at the moment. */
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
    if (!this.#hasRoomFor(capacityBytes)) {
      this.#parts.hold(-countedBytes - encoderOverheadBytes);
      return;
    }
    this.#idle.push(encoder);
    this.#idleBytes += capacityBytes;
    // Also where that is nothing: less is set aside from now on, and somebody may wait for that.
    this.#parts.hold(capacityBytes - countedBytes);
  }

  /** Memory for `bytes`, its content undefined: the begin of a buffer that may be longer. All of that is counted. */
  takeBlock(bytes: number): Uint8Array {
    const size = blockSize(bytes);
    const idle = size === undefined ? undefined : this.#blocks.take(size);
    const block = idle ?? new Uint8Array(Buffer.allocUnsafeSlow(size ?? bytes).buffer);
    if (idle) this.#idleBytes -= idle.length;
    else this.#parts.hold(block.length);
    return block.subarray(0, bytes);
  }

  /** Takes back memory that was taken for a record, and that nobody reads any more. */
  giveBackBlock({ buffer }: Uint8Array): void {
    const size = buffer.byteLength;
    if (blockSize(size) === undefined || !this.#hasRoomFor(size, size)) {
      this.#parts.hold(-size);
      return;
    }
    this.#blocks.add(new Uint8Array(buffer));
    this.#idleBytes += size;
    // As of an encoder.
    this.#parts.hold(0);
  }

  /** Lets go of what is idle beyond what is set aside. */
  shrink(): void {
    while (this.#idleBytes > this.#parts.setAsideBytes) this.#letGoOne();
  }

  /** Lets go of everything that is idle. */
  trim(): void {
    // An encoder that never grew is counted as well.
    while (this.#idleBytes > 0 || this.#idle.length > 0) this.#letGoOne();
  }

  /** Whether so much more may be idle; if need be blocks go for it, but for those of `spared` bytes. */
  #hasRoomFor(bytes: number, spared?: number): boolean {
    const { setAsideBytes, maxIdleBytes, isContended } = this.#parts;
    if (this.#idleBytes + bytes <= setAsideBytes) return true;
    const limitBytes = isContended() ? setAsideBytes : Math.max(setAsideBytes, maxIdleBytes);
    while (this.#idleBytes + bytes > limitBytes) {
      const stale = bytes > limitBytes ? undefined : this.#blocks.takeStale(spared);
      if (!stale) return false;
      this.#letGo(stale.length);
    }
    return true;
  }

  #letGoOne(): void {
    const block = this.#blocks.takeStale();
    if (block) this.#letGo(block.length);
    else this.#letGo(this.#idle.pop()?.capacityBytes ?? 0, encoderOverheadBytes);
  }

  #letGo(idleBytes: number, overheadBytes = 0): void {
    this.#idleBytes -= idleBytes;
    this.#parts.hold(-idleBytes - overheadBytes);
  }
}
