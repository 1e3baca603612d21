import { KinesisClient } from '@aws-sdk/client-kinesis';
import { Producer } from '@shardline/producer';
import { RecordLedger, readStream, sdkReads, type Verdict } from '@shardline/testing';
import { count, megabytes } from '../format.js';
import { codeOf } from '../outcome-tally.js';
import type { Timing } from '../timing.js';
import type { TweetGenerator } from '../tweet-generator.js';
import { identifyTweet, TweetLedger } from '../tweet-ledger.js';
import { DemoLoad } from './demo-load.js';
import { DemoMeter } from './demo-meter.js';
import type { KinesisProcess } from './kinesis-process.js';
import { LatencyWindow } from './latency-window.js';
import { shortShardId } from './render.js';
import type { DemoResult } from './report-lines.js';
import type { Screen } from './screen.js';
import { splitShard } from './split-shard.js';

/** What a {@link DemoRun} needs. */
export interface DemoRunOptions {
  readonly clientConfig: KinesisProcess['clientConfig'];
  readonly stream: string;
  readonly generator: Pick<TweetGenerator, 'nextRecord'>;
  readonly perSecond: number;
  readonly loadMs: number;
  readonly screen: Screen;
  readonly timing: Timing;
  /** Ends the load early. */
  readonly signal: AbortSignal;
}

/** Longest wait for what is outstanding when the load is over. */
const settleWithinMs = 15_000;

/** Latencies shown are two to four seconds old at most. */
const latencyWindowMs = 2_000;

/**
 * One run: load, a split at half time, settling, and the verdict of a reader that follows the stream all the while.
 *
 *   offering ── half time ──▶ splitting ──▶ offering ── time is up ──▶ settling ──▶ reading the rest ──▶ verdict
 */
export class DemoRun {
  readonly #options: DemoRunOptions;
  readonly #client: KinesisClient;
  readonly #producer: Producer;
  readonly #ledger = new RecordLedger();
  readonly #tweets = new TweetLedger(this.#ledger);
  readonly #meter = new DemoMeter();
  readonly #latency: LatencyWindow;
  readonly #load: DemoLoad;
  #activity: string;
  #startMs = 0;
  #split = false;

  constructor(options: DemoRunOptions) {
    this.#options = options;
    const { clientConfig, stream, timing, perSecond, generator } = options;
    this.#activity = `Offering ${count(perSecond)} tweets/s`;
    this.#latency = new LatencyWindow(latencyWindowMs, timing.nowMs());
    this.#client = new KinesisClient(clientConfig);
    this.#producer = new Producer({
      stream,
      clientConfig,
      onOutcomes: (outcomes) => this.#tweets.settled(outcomes),
    });
    this.#load = new DemoLoad({
      producer: this.#producer,
      generator,
      perSecond,
      timing,
      onAccepted: (tweet) => this.#tweets.accepted(tweet),
      onLatency: (latencyMs) => this.#latency.record(latencyMs),
      onNotAccepted: (tweet) => this.#tweets.refused(tweet),
    });
  }

  /** Runs to the verdict. */
  async run(): Promise<Omit<DemoResult, 'timesRecordCap'>> {
    const { timing, signal, perSecond } = this.#options;
    const over = new AbortController();
    try {
      await this.#producer.start();
      this.#startMs = timing.nowMs();
      const settled = this.#putAndSettle();
      const verdict = this.#judge(settled);
      const showing = this.#showUntil(over.signal);
      await settled;
      this.#activity = 'Everything is settled; reading the rest of the stream';
      const found = await verdict;
      over.abort();
      await showing;
      return {
        verdict: found,
        stats: this.#producer.stats(),
        latency: this.#latency.whole,
        missed: this.#load.missed,
        perSecond,
        split: this.#split,
        interrupted: signal.aborted,
      };
    } finally {
      over.abort();
      this.#client.destroy();
    }
  }

  async #putAndSettle(): Promise<void> {
    const ended = new AbortController();
    const end = () => ended.abort();
    this.#options.signal.addEventListener('abort', end, { once: true });
    const { timing, loadMs, signal } = this.#options;
    const timeUp = timing.sleep(loadMs, signal).then(end);
    const splitting = this.#splitHalfway(ended.signal);
    await Promise.all([this.#load.run(ended.signal), splitting, timeUp]);
    this.#activity = 'The load is over; settling the rest';
    try {
      await this.#producer.close({ deadlineMs: settleWithinMs });
    } catch (error) {
      if (codeOf(error) !== 'CLOSE_TIMEOUT') throw error; // the records have failed, and the ledger knows
    }
  }

  async #splitHalfway(signal: AbortSignal): Promise<void> {
    const { timing, loadMs, stream, screen } = this.#options;
    await timing.sleep(loadMs / 2, signal);
    const hottest = this.#meter.hottest;
    if (!hottest || signal.aborted) return;
    const name = shortShardId(hottest.shardId);
    this.#activity = `Splitting shard ${name}, the busiest`;
    screen.say(
      `Splitting shard ${name}, the busiest with ${megabytes(hottest.bytesPerSecond)}/s, in two halves.`,
    );
    const children = await splitShard(this.#client, stream, hottest.shardId, { timing, signal });
    if (children.length === 0) return;
    this.#split = true;
    const [first, second] = children.map(shortShardId);
    this.#meter.note(hottest.shardId, `split into ${first} and ${second}`);
    for (const child of children) this.#meter.note(child, 'new');
    this.#activity = `Offering ${count(this.#options.perSecond)} tweets/s; shard ${name} is split into ${first} and ${second}`;
  }

  /**
   * Follows the stream until everything is settled, reads it to its end, and holds it against the ledger. Read as the KCL does, the
   * strictest reader: it drops an aggregate with any member outside its shard, as those under way at the split may have (P4).
   */
  #judge(settled: Promise<unknown>): Promise<Verdict> {
    const kinesis = sdkReads(this.#client);
    const { stream } = this.#options;
    const stored = readStream({ kinesis, stream, readAs: 'kcl', until: settled });
    return RecordLedger.judge({ ledgers: [this.#ledger], stored, identify: identifyTweet });
  }

  async #showUntil(signal: AbortSignal): Promise<void> {
    const { timing, screen, loadMs } = this.#options;
    while (!signal.aborted) {
      const nowMs = timing.nowMs();
      this.#meter.add({ atMs: nowMs, offered: this.#load.offered, stats: this.#producer.stats() });
      const elapsedMs = nowMs - this.#startMs;
      const latency = this.#latency.recent(nowMs);
      screen.show(this.#meter.snapshot({ elapsedMs, loadMs, activity: this.#activity, latency }));
      await timing.sleep(screen.everyMs, signal);
    }
  }
}
