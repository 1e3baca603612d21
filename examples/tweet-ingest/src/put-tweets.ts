import type { Pace } from './pace.js';
import type { Timing } from './timing.js';
import type { TweetRecord } from './tweet.js';

/** The part of `Producer` that {@link putTweets} uses. */
export interface TweetProducer {
  /** False when there is no room. Throws for a record that can never be put. */
  tryPut(record: TweetRecord): boolean;
  /** Resolves when there is room again. */
  waitForRoom(): Promise<void>;
}

/** What {@link putTweets} needs besides tweets and a producer. */
export interface PutTweetsOptions {
  readonly timing: Timing;
  /** Ends the loop before the next tweet. */
  readonly signal: AbortSignal;
  /** How many tweets to release when; without it, as many as there is room for. */
  readonly pace?: Pace | undefined;
  /** Told of every tweet that the producer took. */
  readonly onAccepted?: (record: TweetRecord) => void;
  /** Told of every tweet that the producer refused for good, and why. */
  readonly onRefused: (record: TweetRecord, error: unknown) => void;
}

/**
 * The fastest way to put: no promise per tweet; `waitForRoom` only where the producer holds as much as it may. Nothing
 * more is read from `batches` in the meantime, so a slow stream slows the reading of the file, and memory stays bounded.
 */
export async function putTweets(
  batches: AsyncIterable<readonly TweetRecord[]>,
  producer: TweetProducer,
  options: PutTweetsOptions,
): Promise<void> {
  const { signal, timing } = options;
  const aborted = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  for await (const batch of batches) {
    if (!signal.aborted) await putBatch(batch, producer, options, aborted);
    if (signal.aborted) return;
    await timing.turn();
  }
}

async function putBatch(
  batch: readonly TweetRecord[],
  producer: TweetProducer,
  options: PutTweetsOptions,
  aborted: Promise<void>,
): Promise<void> {
  const { signal, timing, pace } = options;
  let next = 0;
  while (next < batch.length && !signal.aborted) {
    const from = next;
    const end = pace ? Math.min(batch.length, from + pace.due(timing.nowMs())) : batch.length;
    while (next < end && offer(batch[next], producer, options)) next += 1;
    pace?.release(next - from);
    if (next < end) await Promise.race([producer.waitForRoom(), aborted]);
    else if (pace && next < batch.length) await timing.sleep(pace.waitMs(timing.nowMs()), signal);
  }
}

/** False when the tweet has to wait. A refused tweet is done with. */
function offer(record: TweetRecord | undefined, producer: TweetProducer, options: PutTweetsOptions): boolean {
  if (!record) return true;
  try {
    if (!producer.tryPut(record)) return false;
  } catch (error) {
    options.onRefused(record, error);
    return true;
  }
  options.onAccepted?.(record);
  return true;
}
