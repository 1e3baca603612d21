import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  type ChildShard as SdkChildShard,
} from '@aws-sdk/client-kinesis';
import type { KinesisRecord } from '@shardline/aggregation';
import { serviceLimits, streamTarget, traced, wholeListing } from '@shardline/core/internal';
import { allShards, hashKeyRange } from './all-shards.js';
import type { ChildShard, KinesisReads, ShardFilter, StreamShard } from './kinesis-reads.js';
import { positionInput } from './position-input.js';
import { takeRecords } from './taken-records.js';

/** How the service writes its answers to the SDK. */
const jsonType = 'application/x-amz-json-1.1';

interface Listed {
  readonly shards: readonly StreamShard[];
  readonly serviceTimeMs: number | undefined;
}

/** The edge to the service through the AWS SDK. */
export function sdkKinesisReads(client: KinesisClient, stream: string, onClose: () => void): KinesisReads {
  const target = streamTarget(stream);
  const listShards = async (filter: ShardFilter, abortSignal: AbortSignal): Promise<Listed> => {
    let serviceTimeMs: number | undefined;
    const first = { ...target, MaxResults: serviceLimits.listShardsMaxResults };
    const shards = await allShards(first, filter, async (input) => {
      const command = traced(new ListShardsCommand(input), abortSignal);
      const dateMs = watchDate(command);
      const page = await client.send(command, { abortSignal });
      serviceTimeMs ??= dateMs();
      return page;
    });
    return { shards, serviceTimeMs };
  };
  return {
    listShards: (filter, signal) => wholeListing(() => listShards(filter, signal)),
    async recordDistribution(abortSignal) {
      const command = traced(new DescribeStreamSummaryCommand(target), abortSignal);
      const answer = await client.send(command, { abortSignal });
      return answer.StreamDescriptionSummary?.RecordDistributionStrategy;
    },
    async getShardIterator(ShardId, position, abortSignal) {
      const input = { ...target, ShardId, ...positionInput(position) };
      const command = traced(new GetShardIteratorCommand(input), abortSignal);
      const answer = await client.send(command, { abortSignal });
      return answer.ShardIterator ?? '';
    },
    async getRecords(ShardIterator, Limit, abortSignal) {
      const input = { ShardIterator, Limit, ...('StreamARN' in target && target) };
      const command = traced(new GetRecordsCommand(input), abortSignal);
      const taken = takeFrom(command);
      const answer = await client.send(command, { abortSignal });
      const records: readonly KinesisRecord[] = taken() ?? answer.Records ?? [];
      return {
        records,
        nextIterator: answer.NextShardIterator,
        childShards: (answer.ChildShards ?? []).map(childShard),
        millisBehindLatest: answer.MillisBehindLatest,
      };
    },
    close: onClose,
  };
}

/** The Date header of the answer, once there is one: the SDK keeps it to itself. Stands on the one command, not on the client. */
function watchDate(command: ListShardsCommand): () => number | undefined {
  let dateMs: number | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
      const parsed = Date.parse(headers?.date ?? '');
      if (!Number.isNaN(parsed)) dateMs = parsed;
      return result;
    },
    { step: 'deserialize', name: 'shardlineDate' },
  );
  return () => dateMs;
}

/** The records of the answer, before the SDK reads the rest of it; undefined where it read them. Stands on the one command. */
function takeFrom(command: GetRecordsCommand): () => readonly KinesisRecord[] | undefined {
  let records: readonly KinesisRecord[] | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as JsonResponse;
      const { statusCode, headers, body } = response;
      if (statusCode !== 200 || headers['content-type'] !== jsonType) return result;
      const bytes = await collect(body);
      const taken = takeRecords(bytes);
      records = taken?.records;
      response.body = taken === undefined ? bytes : Buffer.from(taken.rest);
      return result;
    },
    // Low, so that the SDK's own middleware, which reads the body, is outside of it.
    { step: 'deserialize', name: 'shardlineRecords', priority: 'low' },
  );
  return () => records;
}

interface JsonResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: AsyncIterable<Uint8Array> | Uint8Array;
}

async function collect(body: AsyncIterable<Uint8Array> | Uint8Array): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function childShard(child: SdkChildShard): ChildShard {
  return {
    shardId: child.ShardId ?? '',
    parentShardIds: child.ParentShards ?? [],
    hashKeyRange: hashKeyRange(child.HashKeyRange),
  };
}
