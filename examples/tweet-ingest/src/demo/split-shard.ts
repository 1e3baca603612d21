import {
  type KinesisClient,
  ListShardsCommand,
  type Shard,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import type { Timing } from '../timing.js';
import { splitPoint } from './split-point.js';

/** How often the children of a split are looked for. */
const lookEveryMs = 200;

/** Splits a shard into two halves. Resolves to the ids of its children once both are there. */
export async function splitShard(
  client: KinesisClient,
  stream: string,
  shardId: string,
  { timing, signal }: { readonly timing: Timing; readonly signal: AbortSignal },
): Promise<string[]> {
  const range = (await shardsOf(client, stream)).find((shard) => shard.ShardId === shardId)?.HashKeyRange;
  if (!range) throw new Error(`Stream ${stream} has no shard ${shardId}.`);
  const { StartingHashKey: startingHashKey = '', EndingHashKey: endingHashKey = '' } = range;
  await client.send(
    new SplitShardCommand({
      StreamName: stream,
      ShardToSplit: shardId,
      NewStartingHashKey: splitPoint({ startingHashKey, endingHashKey }),
    }),
  );
  while (!signal.aborted) {
    const children = (await shardsOf(client, stream)).filter(
      ({ ParentShardId }) => ParentShardId === shardId,
    );
    if (children.length === 2) return children.map(({ ShardId = '' }) => ShardId);
    await timing.sleep(lookEveryMs, signal);
  }
  return [];
}

async function shardsOf(client: KinesisClient, stream: string): Promise<readonly Shard[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  return Shards;
}
