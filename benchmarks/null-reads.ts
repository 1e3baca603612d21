import { NullKinesisError } from './null-kinesis-error.js';
import { type PageSpec, placeAt, specOf } from './workload/page-spec.js';
import { ReadyPages } from './workload/ready-pages.js';

export interface GetShardIteratorInput {
  readonly StreamName?: string;
  readonly ShardId: string;
  readonly ShardIteratorType: string;
  readonly StartingSequenceNumber?: string;
}

export interface GetRecordsInput {
  readonly ShardIterator: string;
  readonly Limit?: number;
}

/**
 * The reading half of the null server: streams whose name says what their pages hold ({@link streamOf}), without an end, without
 * limits. An iterator is stream, shard and page.
 */
export class NullReads {
  readonly #shards: number;
  readonly #pages = new Map<string, ReadyPages>();

  constructor(shards: number) {
    this.#shards = shards;
  }

  getShardIterator(input: GetShardIteratorInput): string {
    const { StreamName = '', ShardId } = input;
    const shard = Number(ShardId.replace(/^shardId-/, ''));
    if (!(shard < this.#shards))
      throw new NullKinesisError('ResourceNotFoundException', `no shard ${ShardId}`);
    return JSON.stringify({
      ShardIterator: iteratorAt(StreamName, shard, startPage(input, requireSpec(StreamName))),
    });
  }

  getRecords({ ShardIterator, Limit = 10_000 }: GetRecordsInput): Buffer {
    const [stream = '', shard = '', page = ''] = ShardIterator.split('/');
    const spec = requireSpec(stream);
    if (Limit < spec.storedPerPage) {
      throw new NullKinesisError('InvalidArgumentException', `the pages hold ${spec.storedPerPage} records`);
    }
    const next = iteratorAt(stream, Number(shard), Number(page) + 1);
    return this.#pagesOf(spec).body(Number(shard), Number(page), next);
  }

  /** Digest of what the first pages of a stream's shards hold. */
  firstPages(stream: string): string {
    return String(this.#pagesOf(requireSpec(stream)).firstPages());
  }

  #pagesOf(spec: PageSpec): ReadyPages {
    const name = JSON.stringify(spec);
    let pages = this.#pages.get(name);
    if (pages === undefined) {
      pages = new ReadyPages(spec, this.#shards);
      this.#pages.set(name, pages);
    }
    return pages;
  }
}

function iteratorAt(stream: string, shard: number, page: number): string {
  return `${stream}/${shard}/${page}`;
}

/** Pages are served whole: a reader that goes on inside of one gets it from its beginning. */
function startPage(
  { ShardIteratorType, StartingSequenceNumber }: GetShardIteratorInput,
  spec: PageSpec,
): number {
  if (StartingSequenceNumber === undefined) return 0;
  const { page, index } = placeAt(StartingSequenceNumber);
  const isDone = ShardIteratorType === 'AFTER_SEQUENCE_NUMBER' && index === spec.storedPerPage - 1;
  return isDone ? page + 1 : page;
}

/** The service refuses what it does not know. */
function requireSpec(stream: string): PageSpec {
  const spec = specOf(stream);
  if (spec !== undefined) return spec;
  throw new NullKinesisError(
    'ResourceNotFoundException',
    `the name ${stream} does not say what the stream holds`,
  );
}
