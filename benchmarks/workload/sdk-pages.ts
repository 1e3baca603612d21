import {
  type _Record,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { type ConsumeWork, consumeCase, type StreamReader } from './consume-case.js';
import type { FirstPages } from './first-pages.js';
import { perPage } from './page-spec.js';
import { eachInFlight, sdkClient } from './sdk-client.js';
import { uniformShards } from './uniform-shards.js';

/** A user record as a peer hands it to its handler. */
export interface PeerRecord {
  readonly partitionKey: string;
  /** As its library gives it. */
  readonly data: Uint8Array | string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
}

/** One way to take the stored records of a page apart. */
export type PageReader = (stored: readonly _Record[], onRecord: (record: PeerRecord) => void) => void;

/** GetRecords of the AWS SDK on one shard after another, some in flight. */
class SdkPages {
  readonly #client: KinesisClient;
  readonly #work: ConsumeWork;
  readonly #iterators: string[] = [];
  #next = 0;

  constructor(work: ConsumeWork) {
    this.#work = work;
    this.#client = sdkClient(work.endpoint);
  }

  /** Makes the iterators. */
  async open(): Promise<void> {
    const shards = uniformShards(this.#work.shards).map(({ shardId }, shard) => ({ shardId, shard }));
    await eachInFlight(shards, async ({ shardId: ShardId, shard }) => {
      const input = { StreamName: this.#work.stream, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator = '' } = await this.#client.send(new GetShardIteratorCommand(input));
      this.#iterators[shard] = ShardIterator;
    });
  }

  /** Reads a page each of the next `pages` shards, in turn. */
  async read(pages: number, onPage: (stored: readonly _Record[]) => void): Promise<void> {
    const { shards, pages: spec } = this.#work;
    const turn = Array.from({ length: pages }, (_, at) => (this.#next + at) % shards);
    this.#next = (this.#next + pages) % shards;
    await eachInFlight(turn, async (shard) => {
      const input = { ShardIterator: this.#iterators[shard], Limit: 10_000 };
      const { Records = [], NextShardIterator = '' } = await this.#client.send(new GetRecordsCommand(input));
      if (Records.length !== spec.storedPerPage)
        throw new Error(`a page has ${Records.length} stored records`);
      this.#iterators[shard] = NextShardIterator;
      onPage(Records);
    });
  }

  close(): void {
    this.#client.destroy();
  }
}

/** Counts what a way to read hands over; without one, what the pages are known to hold. */
async function openReader(work: ConsumeWork, readPage: PageReader | undefined): Promise<StreamReader> {
  const pages = new SdkPages(work);
  await pages.open();
  const known = perPage(work.pages);
  return {
    async read(records) {
      const count = Math.ceil(records / known);
      let seen = 0;
      const onRecord = () => {
        seen += 1;
      };
      await pages.read(count, (stored) => {
        if (readPage === undefined) seen += known;
        else readPage(stored, onRecord);
      });
      if (seen !== count * known) throw new Error(`counted ${seen} of ${count * known} user records`);
      return seen;
    },
    close: () => pages.close(),
  };
}

async function provePages(work: ConsumeWork, found: FirstPages, readPage: PageReader): Promise<void> {
  const pages = new SdkPages(work);
  await pages.open();
  await pages.read(work.shards, (stored) =>
    readPage(stored, ({ sequenceNumber, subSequenceNumber, partitionKey, data }) => {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : data;
      found.add(sequenceNumber, subSequenceNumber, partitionKey, bytes);
    }),
  );
  pages.close();
}

/** The case of a program that reads with the SDK and takes pages apart with `readPage`, or counts without looking inside. */
export function sdkCase(parameters: CaseParameters, readPage?: PageReader): Promise<PreparedCase> {
  return consumeCase(parameters, {
    open: (work) => openReader(work, readPage),
    ...(readPage && { prove: (work, found) => provePages(work, found, readPage) }),
  });
}
