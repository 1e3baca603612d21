import { seededRandom } from '@shardline/core/internal';
import { LocalKinesis } from '@shardline/local';
import { ManualClock } from '@shardline/testing';
import { Consumer } from '../../src/consumer.js';
import type { ConsumerEvent } from '../../src/events.js';
import { InMemoryLeaseStore } from '../../src/in-memory-lease-store.js';
import type { KinesisReads } from '../../src/kinesis-reads.js';
import type { ConsumerOptions } from '../../src/options.js';
import { localKinesisReads } from './local-kinesis-reads.js';
import { StoreLine } from './store-line.js';

/** A stream, a lease table and any number of consumers, in virtual time. */
export class ConsumerWorld {
  readonly clock = new ManualClock({ maxTimers: 2_000 });
  readonly kinesis: LocalKinesis;
  readonly memory = new InMemoryLeaseStore();
  #made = 0;

  constructor(shards = 2) {
    const streams = [{ name: 'tweets', shards }];
    this.kinesis = new LocalKinesis({ clock: this.clock, random: seededRandom(1), streams });
  }

  /** Puts records, each under itself as the partition key. */
  async put(...texts: readonly string[]): Promise<void> {
    const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text }));
    await this.kinesis.call('PutRecords', { StreamName: 'tweets', Records });
  }

  /** A further consumer; not started. */
  consumer(options: Partial<ConsumerOptions> = {}) {
    this.#made += 1;
    const name = `w${this.#made}`;
    const { clock } = this;
    const line = new StoreLine(this.memory);
    const events: ConsumerEvent[] = [];
    const errors: unknown[] = [];
    const records: string[] = [];
    const counts = { closed: 0, ids: 0 };
    const reads: KinesisReads = {
      ...localKinesisReads(this.kinesis.call.bind(this.kinesis), 'tweets', () => clock.now()),
      close: () => {
        counts.closed += 1;
      },
    };
    const handler = options.shardHandler
      ? {}
      : { onRecord: (record: { text(): string }) => void records.push(record.text()) };
    const given = {
      stream: 'tweets',
      applicationName: 'counts',
      leaseStore: line.store,
      onEvent: (event: ConsumerEvent) => void events.push(event),
      onError: (error: unknown) => void errors.push(error),
      ...handler,
      ...options,
    };
    const consumer = new Consumer(given as ConsumerOptions, {
      reads,
      clock,
      random: seededRandom(this.#made),
      newWorkerId: () => {
        counts.ids += 1;
        return `${name}-${counts.ids}`;
      },
    });
    const typesOf = (...types: readonly ConsumerEvent['type'][]) =>
      events.filter(({ type }) => types.includes(type)).map(({ type, reason }) => `${type}: ${reason}`);
    return { consumer, line, events, errors, records, counts, typesOf };
  }

  /** A further consumer, started. */
  async started(options: Partial<ConsumerOptions> = {}) {
    const made = this.consumer(options);
    await this.until(made.consumer.start());
    await this.clock.advance(0);
    return made;
  }

  /** Runs until `promise` settles, in steps of virtual time. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    for (let step = 0; step < 20_000; step += 1) {
      await this.clock.advance(step === 0 ? 0 : 10);
      if (settled) return promise;
    }
    throw new Error('It never settled.');
  }

  /** Owners of the leases, in the order of their shards. */
  async owners(): Promise<readonly (string | undefined)[]> {
    return (await this.memory.list()).map(({ leaseOwner }) => leaseOwner);
  }
}
