import { count, duration, megabytes } from './format.js';
import type { LatencyQuantiles } from './latency-histogram.js';
import type { SkipReason } from './tweet-line.js';

/** Everything that the summary of `ingest` says. */
export interface IngestFacts {
  /** Non-blank lines read, or tweets generated. */
  readonly lines: number;
  readonly skippedByReason: ReadonlyMap<SkipReason, number>;
  /** Tweets that the producer took. */
  readonly accepted: number;
  readonly stored: number;
  /** Tweets refused or not stored, by error code. */
  readonly failedByCode: ReadonlyMap<string, number>;
  /** What one of these errors says, by code. */
  readonly messageByCode: ReadonlyMap<string, string>;
  /** Data and partition keys of stored tweets. */
  readonly storedBytes: number;
  /** Kinesis records that hold them. */
  readonly storedRecords: number;
  /** Kinesis records that the stream refused for want of throughput; they were put again. */
  readonly throttledRecords: number;
  readonly latency: LatencyQuantiles | undefined;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
}

/** The summary of `ingest`, line by line. */
export function summaryOf(facts: IngestFacts): string[] {
  const { storedRecords, latency, elapsedMs } = facts;
  const failed = sum(facts.failedByCode);
  const skipped = sum(facts.skippedByReason);
  // Read in one go with others when the reading was stopped.
  const left = facts.lines - skipped - facts.stored - failed;
  const leftText = facts.interrupted && left > 0 ? `, ${count(left)} not put before the interrupt` : '';
  const ratio = storedRecords > 0 ? `: ${(facts.stored / storedRecords).toFixed(1)} tweets to a record` : '';
  const perSecond = elapsedMs > 0 ? (facts.stored * 1_000) / elapsedMs : 0;
  const rows: [string, string][] = [
    [
      'lines',
      `${count(facts.lines)} read, ${count(skipped)} skipped${listOf(facts.skippedByReason)}${leftText}`,
    ],
    [
      'tweets',
      `${count(facts.accepted)} put, ${count(facts.stored)} stored, ${count(failed)} failed${listOf(facts.failedByCode)}`,
    ],
    ...[...facts.messageByCode].map(([code, message]): [string, string] => ['', `${code}: ${message}`]),
    ['bytes', `${megabytes(facts.storedBytes)} in ${count(storedRecords)} records${ratio}`],
    ['throttled', `${count(facts.throttledRecords)} records, put again`],
    [
      'latency',
      latency
        ? `half within ${duration(latency.p50Ms)}, 99 % within ${duration(latency.p99Ms)}`
        : 'nothing stored',
    ],
    [
      'time',
      `${duration(elapsedMs)}, ${count(perSecond)} tweets/s${facts.interrupted ? '; interrupted' : ''}`,
    ],
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)}  ${text}`);
}

/** True when every line that was a tweet is stored. */
export function nothingFailed({ accepted, stored, failedByCode }: IngestFacts): boolean {
  return stored === accepted && sum(failedByCode) === 0;
}

function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const value of counts.values()) total += value;
  return total;
}

function listOf(counts: ReadonlyMap<string, number>): string {
  if (counts.size === 0) return '';
  return ` (${[...counts].map(([name, value]) => `${count(value)} ${name}`).join(', ')})`;
}
