import { Pace } from '../pace.js';
import { putTweets } from '../put-tweets.js';
import { type PromisingProducer, SampledProducer } from '../sampled-producer.js';
import type { Timing } from '../timing.js';
import type { TweetRecord } from '../tweet.js';
import type { TweetGenerator } from '../tweet-generator.js';

/** What {@link DemoLoad} needs. */
export interface DemoLoadOptions {
  readonly producer: PromisingProducer;
  readonly generator: Pick<TweetGenerator, 'nextRecord'>;
  readonly perSecond: number;
  readonly timing: Timing;
  readonly onAccepted: (tweet: TweetRecord) => void;
  readonly onLatency: (latencyMs: number) => void;
  /** A tweet noted as accepted was not taken after all. */
  readonly onNotAccepted: (tweet: TweetRecord) => void;
}

/** One tweet in so many has its latency measured: a hundred a second. */
const sampleEvery = 52;

/** Tweets made at a time, in 4 ms or so: 50 ms worth, so that catching up takes few turns of the event loop. */
const batchSize = 260;

/**
 * A busy machine may not let this process run for a while. What was due then is offered afterwards; the producer spreads it as
 * the shards take it.
 */
const catchUpMs = 2_000;

/** Offers generated tweets at a steady rate until told to stop. */
export class DemoLoad {
  readonly #options: DemoLoadOptions;
  #offered = 0;
  #missed = 0;

  constructor(options: DemoLoadOptions) {
    this.#options = options;
  }

  /** Tweets that the producer took. */
  get offered(): number {
    return this.#offered;
  }

  /** Tweets that were due by the end of the run but not offered. */
  get missed(): number {
    return this.#missed;
  }

  /** Offers tweets until `signal` fires. */
  async run(signal: AbortSignal): Promise<void> {
    const { producer, perSecond, timing, onAccepted, onLatency, onNotAccepted } = this.#options;
    const sampled = new SampledProducer(producer, {
      every: sampleEvery,
      nowMs: () => timing.nowMs(),
      onLatency,
      onFailed(tweet, error) {
        // What failed once accepted is told to the producer's onOutcomes.
        if (!(error instanceof Error && 'mayBeStored' in error)) onNotAccepted(tweet);
      },
    });
    const startMs = timing.nowMs();
    await putTweets(this.#tweets(), sampled, {
      timing,
      signal,
      pace: new Pace({ perSecond, startMs, catchUpMs }),
      onAccepted: (tweet) => {
        this.#offered += 1;
        onAccepted(tweet);
      },
      onRefused(_tweet, error) {
        throw error; // a generated tweet is never refused: a mistake of ours
      },
    });
    const due = Math.floor(((timing.nowMs() - startMs) * perSecond) / 1_000);
    this.#missed = Math.max(0, due - this.#offered);
  }

  async *#tweets(): AsyncGenerator<readonly TweetRecord[]> {
    for (;;) yield Array.from({ length: batchSize }, () => this.#options.generator.nextRecord());
  }
}
