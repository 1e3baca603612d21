import type { Random } from '@shardline/core';
import type { KinesisReads, RecordsPage } from '../../src/kinesis-reads.js';

/** The largest answer of the service, in bytes: what a call may bring. */
const pageMaxBytes = 10_485_760;

/** What a {@link ReadsWatch} is built from. */
export interface ReadsWatchParts {
  readonly reads: KinesisReads;
  readonly random: Random;
  /** Most records of a page: each call asks for as many or fewer, so that what is read again is cut otherwise. */
  readonly pageLimit: number;
  readonly maxBufferedBytes: number;
  readonly violations: string[];
  /** A shard was answered for. */
  readonly onRead: (shardId: string) => void;
  /** A shard is read from where it was begun or stopped: not merely on, with a new iterator. */
  readonly onOpen: (shardId: string) => void;
}

interface Page {
  readonly bytes: number;
}

/** The service as one worker reads it, watched: what the worker may hold is counted from outside (C7). */
export class ReadsWatch {
  readonly reads: KinesisReads;
  readonly #parts: ReadsWatchParts;
  readonly #shardOf = new Map<string, string>();
  /** By shard and sequence number the page that brought it last. */
  readonly #pages = new Map<string, Page>();
  readonly #inHand = new Map<Page, number>();
  #callsUnderWay = 0;

  constructor(parts: ReadsWatchParts) {
    this.#parts = parts;
    const { reads, onOpen } = parts;
    this.reads = {
      ...reads,
      getShardIterator: async (shardId, position, signal) => {
        if (position.type !== 'after-sequence-number') onOpen(shardId);
        const iterator = await reads.getShardIterator(shardId, position, signal);
        this.#shardOf.set(iterator, shardId);
        return iterator;
      },
      getRecords: (iterator, _limit, signal) => this.#getRecords(iterator, signal),
    };
  }

  /** A handler is given records: their pages are in memory until the function returned is called. */
  hold(shardId: string, sequenceNumbers: Iterable<string>): () => void {
    const pages = new Set<Page>();
    for (const sequenceNumber of sequenceNumbers) {
      const page = this.#pages.get(`${shardId}/${sequenceNumber}`);
      if (page) pages.add(page);
    }
    for (const page of pages) this.#inHand.set(page, (this.#inHand.get(page) ?? 0) + 1);
    return () => {
      for (const page of pages) {
        const left = (this.#inHand.get(page) ?? 0) - 1;
        if (left > 0) this.#inHand.set(page, left);
        else this.#inHand.delete(page);
      }
    };
  }

  async #getRecords(iterator: string, signal: AbortSignal): Promise<RecordsPage> {
    const { reads, random, pageLimit } = this.#parts;
    const shardId = this.#shardOf.get(iterator) ?? '';
    let isOver = false;
    const over = () => {
      if (!isOver) this.#callsUnderWay -= 1;
      isOver = true;
    };
    this.#callsUnderWay += 1;
    signal.addEventListener('abort', over, { once: true });
    this.#checkRoom();
    try {
      const page = await reads.getRecords(iterator, 1 + Math.floor(random.next() * pageLimit), signal);
      if (!signal.aborted) this.#note(shardId, page);
      return page;
    } finally {
      over();
      signal.removeEventListener('abort', over);
    }
  }

  #note(shardId: string, { records, nextIterator }: RecordsPage): void {
    if (nextIterator !== undefined) this.#shardOf.set(nextIterator, shardId);
    const bytes = records.reduce(
      (sum, { Data, PartitionKey }) => sum + (Data?.length ?? 0) + (PartitionKey?.length ?? 0),
      0,
    );
    const page = { bytes };
    for (const { SequenceNumber } of records) this.#pages.set(`${shardId}/${SequenceNumber}`, page);
    this.#parts.onRead(shardId);
  }

  /** Every call under way may bring the largest page; what handlers have in hand is still there. */
  #checkRoom(): void {
    const { maxBufferedBytes, violations } = this.#parts;
    let bytes = this.#callsUnderWay * pageMaxBytes;
    for (const page of this.#inHand.keys()) bytes += page.bytes;
    if (bytes > maxBufferedBytes) {
      violations.push(
        `C7: ${this.#callsUnderWay} calls and ${this.#inHand.size} pages may come to ${bytes} bytes`,
      );
    }
  }
}
