import type { Outcomes, ProducerStats } from '@shardline/producer';
import { LatencyHistogram } from './latency-histogram.js';
import { OutcomeTally } from './outcome-tally.js';
import { SkipLog } from './skip-log.js';
import type { IngestFacts } from './summary.js';
import type { TweetRecord } from './tweet.js';
import type { TweetLedger } from './tweet-ledger.js';

/** Collects what happens during one run of `ingest`, for its summary and its ledger. */
export class IngestRecord {
  readonly latency = new LatencyHistogram();
  readonly skips: SkipLog;
  readonly #tally = new OutcomeTally();
  readonly #ledger: TweetLedger | undefined;
  #lines = 0;
  #accepted = 0;

  constructor(say: (text: string) => void, ledger: TweetLedger | undefined) {
    this.skips = new SkipLog('line', say);
    this.#ledger = ledger;
  }

  /** Lines read, or tweets generated. */
  get lines(): number {
    return this.#lines;
  }

  /** A line was read, or a tweet generated. */
  line(): void {
    this.#lines += 1;
  }

  /** The producer took a tweet. */
  accepted(tweet: TweetRecord): void {
    this.#accepted += 1;
    this.#ledger?.accepted(tweet);
  }

  /** The producer would not take a tweet. */
  refused(error: unknown): void {
    this.#tally.addFailure(error);
  }

  /**
   * A tweet that was put with a promise was not stored. If it had been accepted, its outcome comes with the others of its
   * Kinesis record; otherwise this is all that is heard of it.
   */
  promiseFailed(tweet: TweetRecord, error: unknown): void {
    if (typeof error === 'object' && error !== null && 'mayBeStored' in error) return;
    this.#accepted -= 1;
    this.#tally.addFailure(error);
    this.#ledger?.refused(tweet);
  }

  /** What became of the tweets of one Kinesis record. */
  settled(outcomes: Outcomes): void {
    this.#tally.add(outcomes);
    this.#ledger?.settled(outcomes);
  }

  /** The summary's figures. */
  facts(stats: ProducerStats, elapsedMs: number, interrupted: boolean): IngestFacts {
    return {
      lines: this.#lines,
      skippedByReason: this.skips.byReason,
      accepted: this.#accepted,
      stored: this.#tally.stored,
      failedByCode: this.#tally.failedByCode,
      messageByCode: this.#tally.messageByCode,
      storedBytes: stats.storedBytes,
      storedRecords: this.#tally.storedRecords,
      throttledRecords: stats.throttledEntries,
      latency: this.latency.quantiles,
      elapsedMs,
      interrupted,
    };
  }
}
