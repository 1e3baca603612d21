import { count, inSeconds, megabytes, percent } from '../format.js';
import type { ExpectedLoad } from './expected-load.js';

/** Facts of a run that are set beforehand. */
export interface RunFacts {
  readonly shards: number;
  readonly seconds: number;
  readonly seed: number;
  readonly failoverMs: number;
}

/** Load, and the reading for the proof: a shard takes 1 MiB/s and gives 2. */
const readingShare = 1.45;

/** What the demo says before it begins: what runs, what will happen to it, and why it would not work without aggregation. */
export function headerLines(load: ExpectedLoad, { shards, seconds, seed, failoverMs }: RunFacts): string[] {
  const rate = `${count(load.perSecond)} tweets/s of ${count(load.meanBytes)} bytes`;
  const acts = [seconds / 3, (seconds * 2) / 3].map((at) => `${Math.round(at)} s`);
  return [
    `Shardline demo: ${seconds} s of load, then the proof; some ${Math.round(7 + seconds * readingShare)} s in all (seed ${seed})`,
    '',
    `  stream    a local Kinesis with the service's limits: ${shards} shards take`,
    '            1,000 records/s and 1 MiB/s each',
    `  load      ${rate}, by Zipf's law: one by one`,
    `            ${load.timesRecordCap.toFixed(1)} times what the shards take; aggregated it fits, as`,
    `            ${megabytes(load.bytesPerSecond)}/s, ${percent(load.totalShare)} of their bytes, ${percent(load.busiestShare)} on the busiest`,
    '  workers   two processes, w1 and w2, share the shards through a lease table',
    '            (dynalite in the place of DynamoDB)',
    `  at ${acts[0]?.padEnd(7)}the busiest shard is split, under load`,
    `  at ${acts[1]?.padEnd(7)}one worker gets a SIGKILL; the other takes its shards over when`,
    `            their leases run out, ${inSeconds(failoverMs)} later`,
    '  proof     every tweet accepted, stored and delivered is held against a ledger',
    '',
  ];
}
