import { Tank } from './tank.js';

/** How a shard's write limit is modelled; the service states only that a limit per second exists. */
export type WriteModel = 'token-bucket' | 'fixed-window' | 'single-tank';

/** What a {@link WriteLimiter} keeps. Infinity lifts a limit. */
export interface WriteLimits {
  readonly writeModel: WriteModel;
  readonly shardWriteBytesPerSecond: number;
  readonly shardWriteRecordsPerSecond: number;
  readonly largeRecordBurstBytes: number;
}

/**
 * The write limit of one shard. Every record is judged alone and in order; a refused record consumes nothing, so a small
 * record may pass where a large one before it did not. A record's size is its data plus its partition key in UTF-8.
 */
export interface WriteLimiter {
  /** Whether the shard takes a record of `sizeBytes` at `now`; if so it is charged. */
  tryTake(sizeBytes: number, now: number): boolean;
}

/** A record above this size draws on the allowance for large records. */
const largeRecordBytes = 1_048_576;

/** A new shard's limiter, with its whole allowance. */
export function createWriteLimiter(limits: WriteLimits, now: number): WriteLimiter {
  switch (limits.writeModel) {
    case 'token-bucket':
      return new TokenBucketWriteLimiter(limits, now);
    case 'fixed-window':
      return new FixedWindowWriteLimiter(limits, now);
    case 'single-tank':
      return new SingleTankWriteLimiter(limits, now);
  }
}

/** One second's worth of records and bytes in two tanks, and a third for records above 1 MiB. */
class TokenBucketWriteLimiter implements WriteLimiter {
  readonly #records: Tank;
  readonly #bytes: Tank;
  readonly #largeBytes: Tank;

  constructor(limits: WriteLimits, now: number) {
    this.#records = recordTank(limits, now);
    this.#bytes = new Tank(limits.shardWriteBytesPerSecond, limits.shardWriteBytesPerSecond, now);
    this.#largeBytes = new Tank(limits.largeRecordBurstBytes, limits.shardWriteBytesPerSecond, now);
  }

  tryTake(sizeBytes: number, now: number): boolean {
    return takeBoth(
      this.#records,
      sizeBytes > largeRecordBytes ? this.#largeBytes : this.#bytes,
      sizeBytes,
      now,
    );
  }
}

/** One tank of bytes for records of every size, as deep as the allowance for large records. */
class SingleTankWriteLimiter implements WriteLimiter {
  readonly #records: Tank;
  readonly #bytes: Tank;

  constructor(limits: WriteLimits, now: number) {
    this.#records = recordTank(limits, now);
    this.#bytes = new Tank(limits.largeRecordBurstBytes, limits.shardWriteBytesPerSecond, now);
  }

  tryTake(sizeBytes: number, now: number): boolean {
    return takeBoth(this.#records, this.#bytes, sizeBytes, now);
  }
}

/** Counters that start again with every second of the clock; records above 1 MiB have a tank of their own here too. */
class FixedWindowWriteLimiter implements WriteLimiter {
  readonly #limits: WriteLimits;
  readonly #largeBytes: Tank;
  #window = Number.NEGATIVE_INFINITY;
  #records = 0;
  #bytes = 0;

  constructor(limits: WriteLimits, now: number) {
    this.#limits = limits;
    this.#largeBytes = new Tank(limits.largeRecordBurstBytes, limits.shardWriteBytesPerSecond, now);
  }

  tryTake(sizeBytes: number, now: number): boolean {
    const window = Math.floor(now / 1000);
    const { shardWriteBytesPerSecond, shardWriteRecordsPerSecond } = this.#limits;
    if (window !== this.#window) {
      // Only a record larger than the limit leaves something over to the windows after its own.
      this.#bytes = Math.max(0, this.#bytes - (window - this.#window) * shardWriteBytesPerSecond);
      this.#window = window;
      this.#records = 0;
    }
    if (this.#records + 1 > shardWriteRecordsPerSecond) return false;
    if (sizeBytes > largeRecordBytes) {
      if (!this.#largeBytes.tryTake(sizeBytes, now)) return false;
    } else {
      const needed = Math.min(sizeBytes, shardWriteBytesPerSecond);
      if (this.#bytes + needed > shardWriteBytesPerSecond) return false;
      this.#bytes += sizeBytes;
    }
    this.#records += 1;
    return true;
  }
}

function recordTank(limits: WriteLimits, now: number): Tank {
  return new Tank(limits.shardWriteRecordsPerSecond, limits.shardWriteRecordsPerSecond, now);
}

function takeBoth(records: Tank, bytes: Tank, sizeBytes: number, now: number): boolean {
  if (!records.has(1, now) || !bytes.has(sizeBytes, now)) return false;
  records.take(1);
  bytes.take(sizeBytes);
  return true;
}
