import { seededRandom } from '@shardline/core/internal';
import { LocalKinesis } from '@shardline/local';
import type { ListShardsAnswer } from '../../src/kinesis-reads.js';
import { readStream } from '../../src/read-stream.js';
import type { ReadStreamOptions } from '../../src/read-stream-options.js';
import type { World } from '../../src/simulate.js';
import type { StoredPage, StoredUserRecord } from '../../src/stored-page.js';

/** Name of the stream of {@link LocalStream}. */
export const streamName = 'stream';

/** A stream of a local Kinesis in a simulated world, with its limits on. */
export class LocalStream {
  readonly kinesis: LocalKinesis;
  readonly #world: World;

  constructor(world: World, shards: number) {
    this.#world = world;
    this.kinesis = new LocalKinesis({
      clock: world.clock,
      random: seededRandom(world.seed),
      streams: [{ name: streamName, shards }],
    });
  }

  /** Puts one record for each key, its data the key and a running number, none too fast for one shard. */
  async put(keys: readonly string[], first = 0, padBytes = 0): Promise<readonly string[]> {
    const put: string[] = [];
    for (const [index, PartitionKey] of keys.entries()) {
      const text = `${PartitionKey}#${first + index}`;
      await this.kinesis.call('PutRecord', {
        StreamName: streamName,
        PartitionKey,
        Data: Buffer.from(text.padEnd(padBytes)),
      });
      put.push(text);
      await this.#world.delay(2 + padBytes / 1_000);
    }
    return put;
  }

  /** Puts one record of any bytes. */
  async putData(PartitionKey: string, Data: Uint8Array, ExplicitHashKey?: string): Promise<void> {
    const input = { StreamName: streamName, PartitionKey, Data };
    await this.kinesis.call(
      'PutRecord',
      ExplicitHashKey === undefined ? input : { ...input, ExplicitHashKey },
    );
  }

  async shardIds(): Promise<readonly string[]> {
    const answer = (await this.kinesis.call('ListShards', { StreamName: streamName })) as ListShardsAnswer;
    return (answer.Shards ?? []).map(({ ShardId }) => ShardId);
  }

  /** Splits or merges, and waits until the stream is ACTIVE again. */
  async reshard(operation: 'SplitShard' | 'MergeShards', input: object): Promise<void> {
    await this.kinesis.call(operation, { StreamName: streamName, ...input });
    await this.#world.delay(1_000);
  }

  read(options: Partial<ReadStreamOptions> = {}): AsyncGenerator<StoredPage, void, undefined> {
    const { clock, random } = this.#world;
    return readStream({ kinesis: this.kinesis, stream: streamName, clock, random, ...options });
  }

  async readAll(options: Partial<ReadStreamOptions> = {}): Promise<readonly StoredUserRecord[]> {
    const userRecords: StoredUserRecord[] = [];
    for await (const page of this.read(options)) userRecords.push(...page.userRecords);
    return userRecords;
  }
}

/** The data of user records as text, without padding. */
export function textsOf(records: readonly StoredUserRecord[]): string[] {
  return records.map(({ data }) => Buffer.from(data).toString().trimEnd());
}
