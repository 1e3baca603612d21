import { createHash } from 'node:crypto';
import type { Outcomes, RecordFailedError } from '@shardline/producer';
import type { Identify, RecordLedger } from '@shardline/testing';
import type { TweetRecord } from './tweet.js';

/** Writes down what became of tweets, to be held against the stream. Remembers every id. */
export class TweetLedger {
  readonly #ledger: Pick<RecordLedger, 'accepted' | 'failed'>;
  readonly #ids = new Set<string>();
  #secondCopies = 0;

  constructor(ledger: Pick<RecordLedger, 'accepted' | 'failed'>) {
    this.#ledger = ledger;
  }

  /** Tweets that the input held before: they are put again, and the stream will hold them more than once. */
  get secondCopies(): number {
    return this.#secondCopies;
  }

  /** Whether a tweet of this id was put. */
  holds(id: string | undefined): boolean {
    return id !== undefined && this.#ids.has(id);
  }

  /** The producer took a tweet. */
  accepted({ id, partitionKey, data }: TweetRecord): void {
    if (this.#ids.has(id)) {
      this.#secondCopies += 1;
      return;
    }
    this.#ids.add(id);
    this.#ledger.accepted({ id, key: partitionKey, checksum: checksumOf(data) });
  }

  /** The producer gave tweets up. Given one Kinesis record's outcomes. */
  settled(outcomes: Outcomes): void {
    for (const { error } of outcomes.failures()) {
      // Whatever an accepted record fails with can give the record back.
      const { record, mayBeStored } = error as RecordFailedError;
      const id = tweetIdIn(
        typeof record.data === 'string' ? record.data : Buffer.from(record.data).toString(),
      );
      if (id !== undefined) this.#ledger.failed({ id, mayBeStored });
    }
  }

  /** A tweet noted as accepted that the producer did not take after all. */
  refused({ id }: TweetRecord): void {
    this.#ledger.failed({ id, mayBeStored: false });
  }
}

/** Recognises a tweet in the stream, for `RecordLedger.judge`. */
export const identifyTweet: Identify = ({ partitionKey, data }) => {
  const id = tweetIdIn(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
  return id === undefined ? undefined : { id, key: partitionKey, checksum: checksumOf(data) };
};

/** The id of the tweet that a line holds, if it holds one. */
export function tweetIdIn(line: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const tweet = 'data' in value && typeof value.data === 'object' && value.data !== null ? value.data : value;
  return 'id' in tweet && typeof tweet.id === 'string' ? tweet.id : undefined;
}

function checksumOf(data: Uint8Array | string): number {
  return createHash('md5').update(data).digest().readUInt32BE(0);
}
