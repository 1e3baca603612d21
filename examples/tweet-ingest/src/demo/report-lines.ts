import type { ProducerStats } from '@shardline/producer';
import { formatDeliveryVerdict, formatVerdict } from '@shardline/testing';
import type { Colors } from 'picocolors/types.js';
import { count, duration, inSeconds, percent } from '../format.js';
import type { LatencyQuantiles } from '../latency-histogram.js';
import { type LedgerFacts, ledgerLines } from './ledger-lines.js';

/** How a run of the demo went. */
export interface DemoResult extends LedgerFacts {
  readonly failoverMs: number;
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

/** A failover takes failoverMs and up to this much longer, to notice it and to read (C9); on a busy machine, more. */
const failoverSlackMs = 2_000;

const whatNext = [
  'Next: node examples/tweet-ingest/dist/cli.js ingest FILE --ledger tweets.ledger   your own tweets',
  '      node examples/tweet-ingest/dist/cli.js count --help                         the consuming side',
  '      less README.md docs/architecture.md                                         how it is done',
];

/** What the demo says at its end. */
export function reportLines(result: DemoResult, colors: Colors): string[] {
  const { stats, latency } = result;
  const ratio = stats.storedEntries > 0 ? stats.storedRecords / stats.storedEntries : 0;
  return [
    '',
    colors.bold('The ledger'),
    ...ledgerLines(result, colors),
    '',
    `${count(stats.storedRecords)} tweets in ${count(stats.storedEntries)} records and ${count(stats.requests)} requests: ` +
      `${ratio.toFixed(1)} tweets to a record, ${count(stats.throttledEntries)} records throttled`,
    ...(latency
      ? [`from put to stored: half within ${duration(latency.p50Ms)}, 99 % within ${duration(latency.p99Ms)}`]
      : []),
    ...warnings(result).map((text) => colors.yellow(`warning: ${text}`)),
    '',
    ...conclusion(result, colors),
    '',
    ...whatNext,
  ];
}

/** Whether the run proves what it set out to: something was put, and nothing is lost or out of order. */
export function passed({ verdict, deliveries }: DemoResult): boolean {
  return verdict.ok && verdict.accepted > 0 && deliveries.ok;
}

function conclusion(result: DemoResult, colors: Colors): string[] {
  if (passed(result)) return [colors.bold(colors.green(success(result)))];
  const { verdict, deliveries } = result;
  if (verdict.accepted === 0) return [colors.bold(colors.red('Nothing was put, so nothing is proven.'))];
  const faults = [...verdict.faults, ...deliveries.faults].join('; ');
  return [
    ...(verdict.ok ? [] : ['The stream, held against the ledger:', formatVerdict(verdict), '']),
    ...(deliveries.ok ? [] : ['The deliveries, held against it:', formatDeliveryVerdict(deliveries), '']),
    colors.bold(
      colors.red(`A promise is broken: ${faults}. Please report it, with the seed and this output.`),
    ),
  ];
}

function success(result: DemoResult): string {
  const { verdict, timesRecordCap, split, failover } = result;
  const what =
    verdict.failed === 0
      ? `all ${count(verdict.accepted)} tweets are stored and delivered`
      : 'no tweet went missing unsaid';
  const rate = (1 - missedShare(result)) * timesRecordCap;
  const times = rate > 1 ? `, at ${rate.toFixed(1)} times the rate that fits one by one` : '';
  const through = [...(split ? ['a split'] : []), ...(failover ? ['a SIGKILL'] : [])].join(' and ');
  return `Nothing lost, nothing out of order: ${what}${through && `, through ${through}`}${times}.`;
}

function warnings(result: DemoResult): string[] {
  const { verdict, perSecond, split, interrupted, failover, failoverMs } = result;
  const missed = missedShare(result);
  const worstMs = failover?.worstMs ?? 0;
  return [
    ...(interrupted ? ['interrupted: judged is what was put until then'] : []),
    ...(missed > toleratedMissedShare
      ? [
          `this machine was too busy to offer ${count(perSecond)} tweets/s: ${percent(missed)} were never offered; ` +
            'what was put is judged all the same',
        ]
      : []),
    ...(split || interrupted ? [] : ['no shard was split']),
    ...(failover || interrupted ? [] : ['no worker was killed: none held a shard']),
    ...(worstMs > failoverMs + failoverSlackMs
      ? [
          `this machine was too busy for a failover within ${inSeconds(failoverMs + failoverSlackMs)}: it took ${inSeconds(worstMs)}`,
        ]
      : []),
    ...(verdict.failed > 0 ? [`the producer gave ${count(verdict.failed)} tweets up, and said so`] : []),
  ];
}

function missedShare({ missed, verdict }: DemoResult): number {
  return missed === 0 ? 0 : missed / (missed + verdict.accepted);
}
