import type {
  Checkpointer,
  ProcessRecordsInput,
  ShardHandler,
  ShardInfo,
  ShutdownInput,
} from '@shardline/consumer';
import { readCountedTweet } from './count-tweet.js';
import { type WindowCount, WindowCounter } from './count-window.js';
import type { Skipped } from './tweet-line.js';

/** What a {@link CountHandler} tells of. */
export interface CountListener {
  /** A window, closed for good, or as far as it has come. */
  onWindow(shardId: string, count: WindowCount, closed: boolean): void;
  /** A record that is no tweet. */
  onSkipped(where: string, skipped: Skipped): void;
  /** A checkpoint that was not written; nothing is lost by it. */
  onTrouble(error: unknown): void;
}

/**
 * Counts the tweets of one shard, for as long as this worker has its lease.
 *
 * Counts are state, and delivery is at least once. Both agree because the checkpoint never enters an open window: it stands at
 * the end of the last one that was shown closed. Whoever goes on after a crash begins with the first record of the open window, an empty count,
 * and comes to the same figures. What was shown and not yet checkpointed is shown once more, with the same key (shard and
 * start) and the same figures, so a reader that keeps one row for each key counts nothing twice.
 */
export class CountHandler implements ShardHandler {
  readonly #shardId: string;
  readonly #windows: WindowCounter;
  readonly #listener: CountListener;
  #lastSequenceNumber = '';
  #quietTicks = 0;

  constructor(shard: ShardInfo, windowMs: number, listener: CountListener) {
    this.#shardId = shard.shardId;
    this.#windows = new WindowCounter(windowMs);
    this.#listener = listener;
  }

  /** Never rejects: called again with the same records, it would count them twice. */
  async processRecords({ records, checkpointer }: ProcessRecordsInput): Promise<void> {
    let done: string | undefined;
    this.#quietTicks = 0;
    for (const { data, sequenceNumber, subSequenceNumber, approximateArrivalTimestamp } of records) {
      const read = readCountedTweet(data);
      const tweet = 'tags' in read ? read : undefined;
      const closed = this.#windows.add(approximateArrivalTimestamp?.getTime() ?? 0, tweet);
      if (closed) {
        this.#listener.onWindow(this.#shardId, closed, true);
        done = this.#lastSequenceNumber;
      }
      if ('reason' in read) {
        this.#listener.onSkipped(`${this.#shardId} ${sequenceNumber}/${subSequenceNumber}`, read);
      }
      this.#lastSequenceNumber = sequenceNumber;
    }
    if (done !== undefined) await this.#checkpoint(checkpointer, done);
  }

  /** The last window of a shard that was split or merged closes with it; the children begin with windows of their own. */
  async shardEnded({ checkpointer }: ShutdownInput): Promise<void> {
    const { open } = this.#windows;
    if (open) this.#listener.onWindow(this.#shardId, open, true);
    await checkpointer.checkpoint();
  }

  /** No checkpoint: the next owner counts the open window from its first record. */
  shutdownRequested(): void {
    this.#showOpen();
  }

  /**
   * Called again and again at the pace of the windows: where no record closes a window, it is shown as far as it has come once nothing has arrived
   * between two calls. It stays open, since no clock of ours says what may yet arrive.
   */
  tick(): void {
    this.#quietTicks += 1;
    if (this.#quietTicks === 2) this.#showOpen();
  }

  #showOpen(): void {
    const { open } = this.#windows;
    if (open) this.#listener.onWindow(this.#shardId, open, false);
  }

  /** The records of an aggregate arrive together, so a window ends with a stored record, and a checkpoint with all of it. */
  async #checkpoint(checkpointer: Checkpointer, sequenceNumber: string): Promise<void> {
    try {
      await checkpointer.checkpoint({ sequenceNumber });
    } catch (error) {
      this.#listener.onTrouble(error); // the next window's checkpoint says this one's too
    }
  }
}
