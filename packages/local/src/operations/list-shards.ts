import type { ListShardsInput, ShardFilter } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { nextToken, shardId, streamReference } from '../member-shapes.js';
import { type OperationContext, operation } from '../operation.js';
import { refuseExpiredToken } from '../page-token.js';
import { KinesisServiceError } from '../service-error.js';
import type { Shard } from '../shard.js';
import type { Stream } from '../stream.js';
import { notActive } from '../stream-guards.js';

const pageMaxShards = 1_000;

/** What a listing goes through, kept in its page token. */
interface Listing {
  readonly stream: Stream;
  readonly after: string;
  readonly filter: ShardFilter | undefined;
}

/** ListShards with every filter. A page token stands for the stream, the filter and the last shard, for 300 seconds. */
export const listShards = operation<ListShardsInput>(
  structure({
    ...streamReference,
    NextToken: nextToken,
    ExclusiveStartShardId: shardId,
    MaxResults: { type: 'integer', min: 1, max: 10_000 },
    StreamCreationTimestamp: { type: 'timestamp' },
    ShardFilter: structure(
      {
        Type: {
          type: 'choice',
          choices: [
            'AFTER_SHARD_ID',
            'AT_TRIM_HORIZON',
            'FROM_TRIM_HORIZON',
            'AT_LATEST',
            'AT_TIMESTAMP',
            'FROM_TIMESTAMP',
          ],
        },
        ShardId: shardId,
        Timestamp: { type: 'timestamp' },
      },
      ['Type'],
    ),
  }),
  (context, input) => {
    const { account, now, faults } = context;
    const listing =
      input.NextToken === undefined ? begin(context, input) : resume(context, input, input.NextToken);
    const { stream } = listing;
    countCall(context, stream);
    stream.trim(now);
    const asOfMs = now - faults.listingAgeMs(stream);
    const left = select(listing, asOfMs, now);
    const page = left.slice(0, Math.min(input.MaxResults ?? pageMaxShards, pageMaxShards));
    const last = page.at(-1);
    const { filter } = listing;
    const rest = [filter?.Type ?? '', filter?.ShardId ?? '', filter?.Timestamp?.getTime() ?? -1];
    return {
      Shards: page.map((shard) => shard.describe(asOfMs)),
      ...(left.length > page.length && last
        ? {
            NextToken: account.tokens.seal('shards', [
              stream.name,
              stream.createdAtMs,
              Math.floor(now),
              last.id,
              ...rest,
            ]),
          }
        : {}),
    };
  },
);

function begin(context: OperationContext, input: ListShardsInput): Listing {
  const stream = context.account.stream(input, context.now);
  const created = input.StreamCreationTimestamp?.getTime();
  if (created !== undefined && created !== stream.createdAtMs) {
    throw new KinesisServiceError(
      'ResourceNotFoundException',
      `Stream ${stream.name} under account ${context.account.id} with this creation time not found.`,
    );
  }
  checkFilter(input.ShardFilter);
  return listable(context, { stream, after: input.ExclusiveStartShardId ?? '', filter: input.ShardFilter });
}

function resume(context: OperationContext, input: ListShardsInput, token: string): Listing {
  const { account, now } = context;
  const excluded = ['StreamName', 'ExclusiveStartShardId', 'StreamCreationTimestamp', 'ShardFilter'] as const;
  const both = excluded.find((name) => input[name] !== undefined);
  if (both) throw invalid(`NextToken and ${both} cannot be provided together.`);
  const content = account.tokens.open('shards', token);
  if (!content) throw invalid('NextToken is not a token of ListShards.');
  const [name, streamCreatedAtMs, madeAtMs, after, type, filterShardId, timeMs] = content as [
    string,
    number,
    number,
    string,
    ShardFilter['Type'] | '',
    string,
    number,
  ];
  refuseExpiredToken(madeAtMs, now);
  const stream = account.stream({ StreamName: name, StreamARN: input.StreamARN }, now);
  if (stream.createdAtMs !== streamCreatedAtMs) {
    throw new KinesisServiceError(
      'ResourceNotFoundException',
      `Stream ${name} was created after this NextToken.`,
    );
  }
  const filter =
    type === '' ? undefined : { Type: type, ShardId: filterShardId, Timestamp: new Date(timeMs) };
  return listable(context, { stream, after, filter });
}

function listable({ account }: OperationContext, listing: Listing): Listing {
  if (listing.stream.status === 'CREATING') throw notActive(account, listing.stream);
  return listing;
}

function countCall({ account, now }: OperationContext, stream: Stream): void {
  if (stream.listShardsCalls.tryTake(1, now)) return;
  throw new KinesisServiceError(
    'LimitExceededException',
    `Rate exceeded for stream ${stream.name} under account ${account.id}.`,
  );
}

function checkFilter(filter: ShardFilter | undefined): void {
  if (!filter) return;
  const needsShardId = filter.Type === 'AFTER_SHARD_ID';
  const needsTimestamp = filter.Type === 'AT_TIMESTAMP' || filter.Type === 'FROM_TIMESTAMP';
  if (needsShardId !== (filter.ShardId !== undefined)) {
    throw invalid(`ShardFilter of type ${filter.Type} must ${needsShardId ? '' : 'not '}have a ShardId.`);
  }
  if (needsTimestamp !== (filter.Timestamp !== undefined)) {
    throw invalid(`ShardFilter of type ${filter.Type} must ${needsTimestamp ? '' : 'not '}have a Timestamp.`);
  }
}

/** The shards of a listing that come after its last one, as they stood at `asOfMs`. */
function select({ stream, after, filter }: Listing, asOfMs: number, now: number): readonly Shard[] {
  const horizonMs = stream.trimHorizonMs(now);
  const closedMs = (shard: Shard) =>
    shard.closedAtMs !== undefined && shard.closedAtMs <= asOfMs
      ? shard.closedAtMs
      : Number.POSITIVE_INFINITY;
  const openAt = (timeMs: number) => (shard: Shard) =>
    shard.openedAtMs <= timeMs && closedMs(shard) >= timeMs;
  const known = stream.shards.filter((shard) => shard.id > after && wasKnown(stream, shard, asOfMs));
  switch (filter?.Type) {
    case 'AFTER_SHARD_ID':
      return known.filter((shard) => shard.id > (filter.ShardId ?? ''));
    case 'AT_LATEST':
      return known.filter((shard) => closedMs(shard) === Number.POSITIVE_INFINITY);
    case 'AT_TRIM_HORIZON':
      return known.filter(openAt(Math.max(horizonMs, firstOpenedMs(stream))));
    case 'AT_TIMESTAMP':
      return known.filter(
        openAt(Math.max(filter.Timestamp?.getTime() ?? 0, horizonMs, firstOpenedMs(stream))),
      );
    case 'FROM_TIMESTAMP':
      return known.filter(
        (shard) => closedMs(shard) >= Math.max(filter.Timestamp?.getTime() ?? 0, horizonMs),
      );
    default:
      return known;
  }
}

/** A shard is known from its opening on; the first shards were always known. */
function wasKnown(stream: Stream, shard: Shard, asOfMs: number): boolean {
  return shard.openedAtMs <= Math.max(asOfMs, firstOpenedMs(stream));
}

/** When the first of the stream's present shards were opened: CREATING takes time, so this is after its creation. */
function firstOpenedMs(stream: Stream): number {
  return stream.shards[0]?.openedAtMs ?? stream.createdAtMs;
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}
