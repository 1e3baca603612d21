import { count, megabytes, percent } from '../format.js';
import type { ExpectedLoad } from './expected-load.js';

/** What the demo says before it begins: what runs, for how long, and why it would not work without aggregation. */
export function headerLines(
  load: ExpectedLoad,
  facts: { shards: number; seconds: number; seed: number },
): string[] {
  const { shards, seconds, seed } = facts;
  const caps = `${shards} shards take 1,000 records/s and 1 MiB/s each`;
  return [
    `Shardline demo: ${seconds} s of load, then the proof; some ${seconds + 5} s in all (seed ${seed})`,
    '',
    `  load     ${count(load.perSecond)} tweets/s of ${count(load.meanBytes)} bytes on average`,
    `  stream   a local Kinesis in a process of its own, with the service's limits:`,
    `           ${caps}`,
    `  records  one by one, the load is ${load.timesRecordCap.toFixed(1)} times what they take; aggregated it fits`,
    `  bytes    ${megabytes(load.bytesPerSecond)}/s, ${percent(load.totalShare)} of the caps; authors follow Zipf's law:`,
    `           the busiest shard gets ${percent(load.busiestShare)} of its cap`,
    `  halfway  the busiest shard is split, under load`,
    `  proof    a reader of its own reads the stream and holds it against a ledger`,
    '',
  ];
}
