import { Producer } from '@shardline/producer';
import type { Command } from './arguments.js';
import { EventLog } from './event-log.js';
import { IngestRecord } from './ingest-record.js';
import { codeOf } from './outcome-tally.js';
import { Pace } from './pace.js';
import { putTweets } from './put-tweets.js';
import { SampledProducer } from './sampled-producer.js';
import type { IngestFacts } from './summary.js';
import type { TargetStream } from './target-stream.js';
import type { Timing } from './timing.js';
import type { TweetRecord } from './tweet.js';
import type { TweetLedger } from './tweet-ledger.js';
import { openTweets } from './tweet-source.js';
import { UsageError } from './usage-error.js';

/** What {@link ingest} is given besides the command. */
export interface IngestSurroundings {
  readonly target: TargetStream;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly timing: Timing;
  /** Says a line to the operator while it runs. */
  readonly say: (text: string) => void;
  /** Stops the reading; what was put is then settled within ten seconds. */
  readonly signal: AbortSignal;
  readonly ledger: TweetLedger | undefined;
}

/** How long an interrupted run waits for what is outstanding. Kubernetes kills after 30 s. */
const interruptedDeadlineMs = 10_000;

/** One tweet in so many has its latency measured. */
const sampleEvery = 64;

/** Puts every tweet of the source into the stream, waits for the outcomes, and says what became of them. */
export async function ingest(
  command: Extract<Command, { kind: 'ingest' }>,
  { target, stdin, timing, say, signal, ledger }: IngestSurroundings,
): Promise<IngestFacts> {
  const record = new IngestRecord(say, ledger);
  const tweets = await openTweets(
    command.source,
    stdin,
    { onLine: () => record.line(), onSkipped: (line) => record.skips.add(line) },
    signal,
  );
  const events = new EventLog(say);
  const producer = new Producer({
    stream: target.stream,
    clientConfig: target.clientConfig,
    onEvent: events.add,
    onOutcomes: (outcomes) => record.settled(outcomes),
  });
  const startMs = timing.nowMs();
  try {
    await producer.start();
    if (events.mapFault) {
      throw new UsageError(`Kinesis did not answer (${events.mapFault}). Check --endpoint and the network.`);
    }
    await putAll(tweets, producer, record, { perSecond: command.perSecond, timing, signal });
    await flush(producer, signal);
  } finally {
    await close(producer, signal, say);
  }
  return record.facts(producer.stats(), timing.nowMs() - startMs, signal.aborted);
}

async function putAll(
  tweets: AsyncIterable<readonly TweetRecord[]>,
  producer: Producer,
  record: IngestRecord,
  options: { readonly perSecond: number | undefined; readonly timing: Timing; readonly signal: AbortSignal },
): Promise<void> {
  const { perSecond, timing, signal } = options;
  const sampled = new SampledProducer(producer, {
    every: sampleEvery,
    nowMs: () => timing.nowMs(),
    onLatency: (latencyMs) => record.latency.record(latencyMs),
    onFailed: (tweet, error) => record.promiseFailed(tweet, error),
  });
  await putTweets(tweets, sampled, {
    timing,
    signal,
    pace: perSecond === undefined ? undefined : new Pace({ perSecond, startMs: timing.nowMs() }),
    onAccepted: (tweet) => record.accepted(tweet),
    onRefused: (_tweet, error) => record.refused(error),
  });
}

/** Waits for everything that was put. An interrupt ends the waiting here: closing has a deadline of its own. */
async function flush(producer: Producer, signal: AbortSignal): Promise<void> {
  try {
    await producer.flush({ signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function close(producer: Producer, signal: AbortSignal, say: (text: string) => void): Promise<void> {
  try {
    await producer.close(signal.aborted ? { deadlineMs: interruptedDeadlineMs } : {});
  } catch (error) {
    if (codeOf(error) !== 'CLOSE_TIMEOUT') throw error;
    say(
      `not everything was stored within ${interruptedDeadlineMs / 1_000} s; what is left is counted as failed`,
    );
  }
}
