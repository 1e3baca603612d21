import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ListShardsCommand,
  type ListShardsCommandInput,
  PutRecordsCommand,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { Clock } from '@shardline/core';
import {
  type StreamTarget,
  serviceLimits,
  streamTarget,
  traced,
  wholeListing,
} from '@shardline/core/internal';
import { BodyPool } from './body-pool.js';
import type { EntryContent } from './entry-content.js';
import { FormatChoice } from './format-choice.js';
import type { KinesisApi, KinesisApiListener, PutRequest, ShardQuery, StreamSummary } from './kinesis-api.js';
import { postBody } from './post-body.js';
import { entryAnswers } from './put-answer.js';
import { type PutRequestParts, preparePut } from './put-request.js';
import type { BodyFormat } from './request-body.js';
import type { ShardRange } from './shard-map.js';

/** How bodies are made that are the producer's own. */
export interface OwnBodies {
  readonly format: BodyFormat;
  readonly clock: Clock;
  /** Bytes that bodies may always take: records never get them. */
  readonly setAsideBytes: number;
  /** Most bytes of bodies that are kept for the next requests, while nobody waits for memory. */
  readonly maxIdleBytes: number;
}

/** How long a body is kept for the next request. */
const bodyIdleMs = 10_000;

/** The edge to the service through the AWS SDK. Without `bodies` of its own it leaves them to the client's serializer. */
export function sdkKinesisApi(
  client: KinesisClient,
  stream: string,
  onClose: () => void,
  bodies?: OwnBodies,
  streamId?: string,
): KinesisApi {
  const target = streamTarget(stream, streamId);
  let listener: KinesisApiListener | undefined;
  const pool = bodies && poolOf(bodies, (deltaBytes) => listener?.held(deltaBytes));
  const own: PutRequestParts | undefined = pool && {
    target,
    pool,
    choice: new FormatChoice(bodies.format, (reason, message) => listener?.fellBackToJson(reason, message)),
    post: (body, signal) => postBody(client, target, body, signal),
  };
  return {
    listen(to) {
      listener = to;
    },
    prepare: (entries) => (own ? preparePut(own, entries) : plainPut(client, target, entries)),
    listShards: (query, signal) =>
      wholeListing(() => listShards(client, { ...target, ...shardFilter(query) }, signal)),
    async describeStreamSummary(abortSignal): Promise<StreamSummary> {
      const command = traced(new DescribeStreamSummaryCommand(target), abortSignal);
      const answer = await client.send(command, { abortSignal });
      const summary = answer.StreamDescriptionSummary;
      const maxRecordKiB = summary?.MaxRecordSizeInKiB;
      return {
        recordDistribution: summary?.RecordDistributionStrategy,
        maxRecordBytes: maxRecordKiB ? maxRecordKiB * 1024 : serviceLimits.defaultMaxRecordBytes,
        openShardCount: summary?.OpenShardCount ?? 1,
      };
    },
    get setAsideBytes() {
      return pool?.setAsideBytes ?? 0;
    },
    shrink: () => pool?.shrink(),
    trim: () => pool?.trim(),
    close() {
      pool?.close();
      onClose();
    },
  };
}

function poolOf({ clock, ...rules }: OwnBodies, onHeld: (deltaBytes: number) => void): BodyPool {
  return new BodyPool(clock, { ...rules, idleMs: bodyIdleMs }, onHeld);
}

function plainPut(client: KinesisClient, target: StreamTarget, entries: readonly EntryContent[]): PutRequest {
  const Records = entries.map(({ data, partitionKey, explicitHashKey }) => ({
    Data: data,
    PartitionKey: partitionKey,
    ...(explicitHashKey !== undefined && { ExplicitHashKey: explicitHashKey }),
  }));
  return {
    async send(abortSignal) {
      const command = traced(new PutRecordsCommand({ ...target, Records }), abortSignal);
      const answer = await client.send(command, { abortSignal });
      return entryAnswers(answer.Records);
    },
    release() {},
  };
}

async function listShards(
  client: KinesisClient,
  first: ListShardsCommandInput,
  abortSignal: AbortSignal,
): Promise<readonly ShardRange[]> {
  const shards: ShardRange[] = [];
  let input = first;
  for (;;) {
    const page = await client.send(traced(new ListShardsCommand(input), abortSignal), { abortSignal });
    shards.push(...(page.Shards ?? []).map(shardRange));
    if (!page.NextToken) return shards;
    input = { NextToken: page.NextToken };
  }
}

function shardFilter(query: ShardQuery): Partial<ListShardsCommandInput> {
  const MaxResults = serviceLimits.listShardsMaxResults;
  if (query.filter === 'at-latest') return { MaxResults, ShardFilter: { Type: 'AT_LATEST' } };
  return { MaxResults, ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: query.shardId } };
}

function shardRange(shard: Shard): ShardRange {
  return {
    shardId: shard.ShardId ?? '',
    startingHashKey: shard.HashKeyRange?.StartingHashKey ?? '',
    endingHashKey: shard.HashKeyRange?.EndingHashKey ?? '',
    startingSequenceNumber: shard.SequenceNumberRange?.StartingSequenceNumber,
  };
}
