import { KinesisClient } from '@aws-sdk/client-kinesis';
import { Producer } from '@shardline/producer';
import {
  type DeliveryVerdict,
  RecordLedger,
  readStream,
  type StoredPage,
  sdkReads,
  type Verdict,
} from '@shardline/testing';
import { count, inSeconds, megabytes } from '../format.js';
import { codeOf } from '../outcome-tally.js';
import type { Timing } from '../timing.js';
import type { TweetGenerator } from '../tweet-generator.js';
import { identifyTweet, TweetLedger } from '../tweet-ledger.js';
import { DemoLoad } from './demo-load.js';
import { DemoMeter } from './demo-meter.js';
import { drain } from './drain.js';
import type { TakenOver } from './failover.js';
import { LatencyWindow } from './latency-window.js';
import { shortShardId } from './render.js';
import type { DemoResult } from './report-lines.js';
import type { Screen } from './screen.js';
import type { ServerConfig } from './servers-process.js';
import { splitShard } from './split-shard.js';
import type { Workers } from './workers.js';

/** What a {@link DemoRun} needs. */
export interface DemoRunOptions {
  readonly clientConfig: ServerConfig;
  readonly stream: string;
  readonly generator: Pick<TweetGenerator, 'nextRecord'>;
  readonly perSecond: number;
  readonly loadMs: number;
  readonly workers: Workers;
  /** Files in which the workers note what is delivered to them. */
  readonly deliveryPaths: readonly string[];
  readonly failoverMs: number;
  readonly screen: Screen;
  readonly timing: Timing;
  /** Ends the load early. */
  readonly signal: AbortSignal;
}

/** Longest wait for what is outstanding when the load is over. */
const settleWithinMs = 15_000;

/** Longest wait for a worker that finishes what it has in hand. */
const stopWithinMs = 10_000;

/** How long the workers may deliver nothing new before the demo stops waiting for the rest. */
const patienceMs = 20_000;

/** Latencies shown are two to four seconds old at most. */
const latencyWindowMs = 2_000;

/** Twice the pause between two reads, and something to deliver in: below this nobody counts as behind. */
const caughtUpMs = 1_500;

/**
 * One run, to the verdict.
 *
 *   offering ── a third ──▶ split ── two thirds ──▶ SIGKILL of a worker ── time is up ──▶ settling ──▶ draining ──▶ reading ──▶ verdict
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
  #caughtUp = false;

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

  /** A worker delivers a shard that was the killed one's. */
  noticeTakenOver(worker: string, { shardId, afterMs }: TakenOver): void {
    const { failover } = this.#options.workers;
    this.#tell(
      `${worker} has taken shard ${shortShardId(shardId)} over, ${inSeconds(afterMs)} after the kill.`,
    );
    this.#meter.note(shardId, `from ${failover?.worker}`);
    if (failover?.waiting.length === 0) this.#activity = `${worker} has taken over and catches up`;
  }

  /** Runs to the verdict. */
  async run(): Promise<Omit<DemoResult, 'timesRecordCap'>> {
    const { timing, signal, perSecond, workers, failoverMs } = this.#options;
    const over = new AbortController();
    try {
      await this.#producer.start();
      this.#startMs = timing.nowMs();
      const showing = this.#showUntil(over.signal);
      await this.#putAndSettle();
      const deliveries = await this.#drain();
      const verdict = await this.#judge();
      over.abort();
      await showing;
      return {
        verdict,
        deliveries,
        failover: workers.failover,
        failoverMs,
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
    const acts = [this.#splitHottest(ended.signal), this.#killBusiest(ended.signal)];
    await Promise.all([this.#load.run(ended.signal), ...acts, timeUp]);
    this.#activity = 'The load is over; settling the rest';
    try {
      await this.#producer.close({ deadlineMs: settleWithinMs });
    } catch (error) {
      if (codeOf(error) !== 'CLOSE_TIMEOUT') throw error; // the records have failed, and the ledger knows
    }
  }

  async #splitHottest(signal: AbortSignal): Promise<void> {
    const { timing, loadMs, stream } = this.#options;
    await timing.sleep(loadMs / 3, signal);
    const hottest = this.#meter.hottest;
    if (!hottest || signal.aborted) return;
    const name = shortShardId(hottest.shardId);
    const rate = megabytes(hottest.bytesPerSecond);
    this.#tell(`Splitting shard ${name}, the busiest with ${rate}/s, in two halves.`);
    const children = await splitShard(this.#client, stream, hottest.shardId, { timing, signal });
    if (children.length === 0) return;
    this.#split = true;
    const [first, second] = children.map(shortShardId);
    this.#meter.note(hottest.shardId, `split into ${first} and ${second}`);
    for (const child of children) this.#meter.note(child, 'new');
  }

  async #killBusiest(signal: AbortSignal): Promise<void> {
    const { timing, loadMs, workers, failoverMs } = this.#options;
    await timing.sleep((loadMs * 2) / 3, signal);
    const killed = signal.aborted ? undefined : workers.killBusiest();
    if (!killed) return;
    const { failover, pid } = killed;
    const shards = shardsText(failover.waiting);
    this.#activity = `${failover.worker} is dead and cannot give its leases back: they must run out`;
    this.#tell(`SIGKILL of worker ${failover.worker} (process ${pid}): nobody reads ${shards}.`);
    this.#tell(`Its leases run out after ${inSeconds(failoverMs)} without a sign of life.`);
  }

  /**
   * Reads the stream and holds it against the ledger. Read as the KCL does, the strictest reader: it drops an aggregate with any
   * member outside its shard, as those under way at the split may have (P4). Last of all, since a shard gives 2 MiB/s to all who
   * read it, and the workers should have that.
   */
  #judge(): Promise<Verdict> {
    this.#activity = 'Reading the stream back for the proof';
    const stored = readStream({
      kinesis: sdkReads(this.#client),
      stream: this.#options.stream,
      readAs: 'kcl',
    });
    return RecordLedger.judge({
      ledgers: [this.#ledger],
      stored: this.#watched(stored),
      identify: identifyTweet,
    });
  }

  async *#watched(pages: AsyncIterable<StoredPage>): AsyncGenerator<StoredPage, void, undefined> {
    const stored = count(this.#producer.stats().storedRecords);
    let read = 0;
    for await (const page of pages) {
      read += page.userRecords.length;
      this.#activity = `Reading the stream back for the proof: ${count(read)} of ${stored} tweets`;
      yield page;
    }
  }

  /** Waits until everything is delivered, stops the workers, and judges. */
  async #drain(): Promise<DeliveryVerdict> {
    const { timing, workers } = this.#options;
    this.#activity = 'Draining: what is stored is delivered to its end';
    await drain({
      timing,
      delivered: () => workers.deliveries.reduce((total, shard) => total + shard.delivered, 0),
      haveCaughtUp: (sinceMs) => workers.haveCaughtUp(sinceMs),
      judge: () => this.#judgeDeliveries(),
      patienceMs,
    });
    this.#activity = 'Everything is delivered; stopping the workers';
    await workers.stop(stopWithinMs);
    return this.#judgeDeliveries();
  }

  #judgeDeliveries(): Promise<DeliveryVerdict> {
    const { deliveryPaths } = this.#options;
    return RecordLedger.judgeDeliveries({ accepted: [this.#ledger], delivered: deliveryPaths });
  }

  async #showUntil(signal: AbortSignal): Promise<void> {
    const { timing, screen, loadMs, workers } = this.#options;
    while (!signal.aborted) {
      const nowMs = timing.nowMs();
      const { deliveries } = workers;
      this.#meter.add({
        atMs: nowMs,
        offered: this.#load.offered,
        stats: this.#producer.stats(),
        deliveries,
      });
      const elapsedMs = nowMs - this.#startMs;
      const latency = this.#latency.recent(nowMs);
      const snapshot = this.#meter.snapshot({ elapsedMs, loadMs, activity: this.#activity, latency });
      this.#noticeCatchUp(snapshot.behindMs);
      screen.show(snapshot);
      await timing.sleep(screen.everyMs, signal);
    }
  }

  /** Says something that stays, with the time. */
  #tell(text: string): void {
    const seconds = ((this.#options.timing.nowMs() - this.#startMs) / 1_000).toFixed(1);
    this.#options.screen.say(`${seconds.padStart(5)} s  ${text}`);
  }

  #noticeCatchUp(behindMs = 0): void {
    const { timing, workers } = this.#options;
    const { failover } = workers;
    if (this.#caughtUp || !failover || failover.waiting.length > 0 || behindMs > caughtUpMs) return;
    this.#caughtUp = true;
    this.#activity = 'Nobody is behind any more';
    this.#tell(
      `Nobody is behind any more, ${inSeconds(timing.nowMs() - failover.killedAtMs)} after the kill.`,
    );
  }
}

function shardsText(shardIds: readonly string[]): string {
  const names = shardIds.map(shortShardId);
  return names.length === 1
    ? `shard ${names[0]}`
    : `shards ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
