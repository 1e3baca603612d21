import { Producer } from '@shardline/producer';
import { EventLog } from './event-log.js';
import { count } from './format.js';
import { IngestRecord } from './ingest-record.js';
import type { SkippedLine } from './ndjson.js';
import type { OpenedTweets } from './open-tweets.js';
import { codeOf } from './outcome-tally.js';
import { Pace } from './pace.js';
import { putTweets } from './put-tweets.js';
import { SampledProducer } from './sampled-producer.js';
import type { IngestFacts } from './summary.js';
import type { TargetStream } from './target-stream.js';
import type { Timing } from './timing.js';
import type { TweetLedger } from './tweet-ledger.js';
import { UsageError } from './usage-error.js';

/** What {@link ingest} is given. */
export interface IngestOptions {
  readonly tweets: OpenedTweets;
  readonly target: TargetStream;
  /** Most tweets offered in a second. */
  readonly perSecond: number | undefined;
  readonly timing: Timing;
  /** Says a line to the operator while it runs. */
  readonly say: (text: string) => void;
  /** Stops the reading; what was put is then settled within ten seconds. */
  readonly signal: AbortSignal;
  readonly ledger: TweetLedger | undefined;
}

/** How long an interrupted run waits for what is outstanding. Kubernetes kills after 30 s. */
const interruptedDeadlineMs = 10_000;

/** How often a long run says how far it is. */
const progressEveryMs = 5_000;

/** One tweet in so many has its latency measured. */
const sampleEvery = 64;

/** Puts every tweet of the source into the stream, waits for the outcomes, and says what became of them. */
export async function ingest(options: IngestOptions): Promise<IngestFacts> {
  const { target, timing, say, signal } = options;
  const record = new IngestRecord(say, options.ledger);
  const events = new EventLog(say, () => timing.nowMs());
  const producer = new Producer({
    stream: target.stream,
    clientConfig: target.clientConfig,
    onEvent: events.add,
    onOutcomes: (outcomes) => {
      record.settled(outcomes);
      events.settled(outcomes);
    },
  });
  const startMs = timing.nowMs();
  const over = new AbortController();
  try {
    await producer.start();
    if (events.mapFault) {
      throw new UsageError(`Kinesis did not answer (${events.mapFault}). Check --endpoint and the network.`);
    }
    void sayProgress(producer, record, over.signal, options);
    await putAll(producer, record, options);
    await flush(producer, signal);
  } finally {
    over.abort();
    await close(producer, signal, say);
  }
  return record.facts(producer.stats(), timing.nowMs() - startMs, signal.aborted);
}

async function putAll(producer: Producer, record: IngestRecord, options: IngestOptions): Promise<void> {
  const { tweets, perSecond, timing, signal } = options;
  const sampled = new SampledProducer(producer, {
    every: sampleEvery,
    nowMs: () => timing.nowMs(),
    onLatency: (latencyMs) => record.latency.record(latencyMs),
    onFailed: (tweet, error) => record.promiseFailed(tweet, error),
  });
  const listener = {
    onLine: () => record.line(),
    onSkipped: (line: SkippedLine) => record.skips.add(line, line.lineNumber),
  };
  await putTweets(tweets(listener, signal), sampled, {
    timing,
    signal,
    pace: perSecond === undefined ? undefined : new Pace({ perSecond, startMs: timing.nowMs() }),
    onAccepted: (tweet) => record.accepted(tweet),
    onRefused: (_tweet, error) => record.refused(error),
  });
}

async function sayProgress(
  producer: Producer,
  record: IngestRecord,
  over: AbortSignal,
  { timing, say }: IngestOptions,
): Promise<void> {
  for (;;) {
    await timing.sleep(progressEveryMs, over);
    if (over.aborted) return;
    const { storedRecords, outstandingRecords } = producer.stats();
    say(
      `${count(record.lines)} lines read, ${count(storedRecords)} tweets stored, ${count(outstandingRecords)} outstanding`,
    );
  }
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
