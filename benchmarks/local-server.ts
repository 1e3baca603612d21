/**
 * Entry of the local Kinesis under test: limits of throughput and rates lifted, changes at once. It tells its parent where
 * it listens, and ends when the parent lets go of it.
 */
import { startLocalKinesis } from '@shardline/local';

const server = await startLocalKinesis({
  limits: 'none',
  transitionMs: 0,
  maxRetainedBytes: 4_294_967_296,
});
process.once('disconnect', () => process.exit());
process.send?.(server.endpoint);
