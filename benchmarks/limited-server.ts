/**
 * Entry of a local Kinesis that keeps the service's limits, its one stream ready and its answers to puts late by as much as it is
 * told. It tells its parent where it listens, and ends when the parent lets go of it.
 */
import { startLocalKinesis } from '@shardline/local';
import { limitedStream } from './workload/limit-scenario.js';

process.once('disconnect', () => process.exit());
process.once('message', async ({ shards, latencyMs }: { shards: number; latencyMs: number }) => {
  const server = await startLocalKinesis({
    streams: [{ name: limitedStream, shards }],
    maxRetainedBytes: 4_294_967_296,
    faults:
      latencyMs === 0 ? [] : [{ kind: 'latency', operation: 'PutRecords', delayMs: latencyMs, jitterMs: 0 }],
  });
  process.send?.(server.endpoint);
});
