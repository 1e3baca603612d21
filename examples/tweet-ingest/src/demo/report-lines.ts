import type { ProducerStats } from '@shardline/producer';
import { formatVerdict, type Verdict } from '@shardline/testing';
import type { Colors } from 'picocolors/types.js';
import { count, duration, percent } from '../format.js';
import type { LatencyQuantiles } from '../latency-histogram.js';

/** How a run of the demo went. */
export interface DemoResult {
  readonly verdict: Verdict;
  readonly stats: Pick<ProducerStats, 'storedRecords' | 'storedEntries' | 'throttledEntries' | 'requests'>;
  /** Over the whole run. */
  readonly latency: LatencyQuantiles | undefined;
  /** Tweets that were due but never offered, for want of time or room. */
  readonly missed: number;
  readonly perSecond: number;
  /** How many times `perSecond` is what the shards take without aggregation. */
  readonly timesRecordCap: number;
  /** Whether the busiest shard was split. */
  readonly split: boolean;
  readonly interrupted: boolean;
}

/** Share of the load that may be missed before the rates no longer show what they should. */
const toleratedMissedShare = 0.02;

/** A reshard is the only cause of either that this demo has; on a real network, an unanswered request is another. */
const whyRepeats =
  'Put again, skipped: tweets of an aggregate that was made for the old shard and landed on a new one. Consumers\n' +
  'skip it by the rule of the KCL, and the producer has put its tweets again: none is lost.';

/** What the demo says at its end. */
export function reportLines(result: DemoResult, colors: Colors): string[] {
  const { verdict, stats, latency } = result;
  const ratio = stats.storedEntries > 0 ? stats.storedRecords / stats.storedEntries : 0;
  const records =
    `${count(stats.storedRecords)} tweets in ${count(stats.storedEntries)} records and ${count(stats.requests)} requests: ` +
    `${ratio.toFixed(1)} tweets to a record, ${count(stats.throttledEntries)} records throttled`;
  return [
    '',
    colors.bold('The stream, held against the ledger'),
    // Repeats are allowed, and many after a split: their ids would only take space.
    formatVerdict({ ...verdict, examples: { ...verdict.examples, repeats: [] } }),
    ...(verdict.repeats + verdict.dropped > 0 ? [colors.dim(whyRepeats)] : []),
    '',
    records,
    ...(latency
      ? [`from put to stored: half within ${duration(latency.p50Ms)}, 99 % within ${duration(latency.p99Ms)}`]
      : []),
    ...warnings(result).map((text) => colors.yellow(`warning: ${text}`)),
    '',
    passed(result) ? colors.bold(colors.green(success(result))) : colors.bold(colors.red(failure(verdict))),
    'Next: npm run demo -- --seconds 60 --seed 2, or your own tweets with',
    '      node examples/tweet-ingest/dist/cli.js ingest FILE --ledger tweets.ledger',
  ];
}

/** Whether the run proves what it set out to: something was put, and nothing is lost or out of order. */
export function passed({ verdict }: DemoResult): boolean {
  return verdict.ok && verdict.accepted > 0;
}

function success(result: DemoResult): string {
  const { verdict, timesRecordCap } = result;
  const what =
    verdict.failed === 0
      ? `all ${count(verdict.accepted)} tweets are stored`
      : 'no tweet went missing unsaid';
  const rate = (1 - missedShare(result)) * timesRecordCap;
  const times = rate > 1 ? `, at ${rate.toFixed(1)} times the rate that fits one by one` : '';
  return `Nothing lost, nothing out of order: ${what}${times}.`;
}

function failure(verdict: Verdict): string {
  if (verdict.accepted === 0) return 'Nothing was put, so nothing is proven.';
  return `A promise is broken: ${verdict.faults.join('; ')}. Please report it, with the seed and this output.`;
}

function warnings(result: DemoResult): string[] {
  const { verdict, perSecond, split, interrupted } = result;
  const missed = missedShare(result);
  return [
    ...(interrupted ? ['interrupted: judged is what was put until then'] : []),
    ...(missed > toleratedMissedShare
      ? [
          `this machine was too busy to offer ${count(perSecond)} tweets/s: ${percent(missed)} were never offered; ` +
            'what was put is judged all the same',
        ]
      : []),
    ...(split || interrupted ? [] : ['no shard was split']),
    ...(verdict.failed > 0 ? [`the producer gave ${count(verdict.failed)} tweets up, and said so`] : []),
  ];
}

function missedShare({ missed, verdict }: DemoResult): number {
  return missed === 0 ? 0 : missed / (missed + verdict.accepted);
}
