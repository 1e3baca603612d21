/** One shard as the live view shows it. */
export interface ShardSnapshot {
  /** Such as `shardId-000000000002`. */
  readonly shardId: string;
  /** Data and partition keys stored in the last second. */
  readonly bytesPerSecond: number;
  /** Kinesis records stored in the last second. */
  readonly recordsPerSecond: number;
  readonly state: 'open' | 'closed';
  /** What happened to it, such as `split into 4 and 5`. */
  readonly note: string;
  /** The worker that holds it; undefined while nobody does. */
  readonly worker: string | undefined;
  /** Tweets delivered in the last second, repeats included. */
  readonly deliveredPerSecond: number;
  /** How far the worker is behind; undefined before anything is known of that. */
  readonly behindMs: number | undefined;
  /** All of a closed shard is delivered. */
  readonly finished: boolean;
}

/** Everything the live view shows, at one moment. */
export interface Snapshot {
  readonly elapsedMs: number;
  /** How long load is offered. */
  readonly loadMs: number;
  /** What is going on, in a few words. */
  readonly activity: string;
  /** In the last second. */
  readonly offeredPerSecond: number;
  readonly storedPerSecond: number;
  readonly recordsPerSecond: number;
  readonly deliveredPerSecond: number;
  /** Tweets to a Kinesis record since the start; 0 before the first is stored. */
  readonly tweetsPerRecord: number;
  /** Refused for throughput by the stream since the start, in Kinesis records. */
  readonly throttledRecords: number;
  /** From put to acknowledgement, over the last seconds; `undefined` before the first is stored. */
  readonly latency: { readonly p50Ms: number; readonly p99Ms: number } | undefined;
  readonly outstandingRecords: number;
  readonly outstandingBytes: number;
  /** The shard that is furthest behind. */
  readonly behindMs: number | undefined;
  readonly shards: readonly ShardSnapshot[];
}

/** What a shard takes in a second, as Kinesis documents it. */
export const shardCaps = Object.freeze({ bytesPerSecond: 1_048_576, recordsPerSecond: 1_000 });
