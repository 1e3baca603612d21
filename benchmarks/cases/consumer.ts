import { Consumer, type ConsumerOptions, InMemoryLeaseStore } from '@shardline/consumer';
import { type CaseParameters, type PreparedCase, stringParameter } from '../benchmark.js';
import { type ConsumeWork, consumeCase, type StreamReader } from '../workload/consume-case.js';
import { doneRecords } from '../workload/done-records.js';
import type { FirstPages } from '../workload/first-pages.js';
import { benchmarkCredentials, benchmarkRegion } from '../workload/sdk-client.js';

type UserRecord = Parameters<NonNullable<ConsumerOptions['onRecord']>>[0];
type Handler = Pick<ConsumerOptions, 'onRecord' | 'shardHandler'>;

/** The handler forms, each around the same `see`. */
function handlerOf(form: string, see: (record: UserRecord) => void): Handler {
  switch (form) {
    case 'sync':
      return { onRecord: see };
    case 'async':
      return { onRecord: async (record) => see(record) };
    case 'batch':
      return {
        shardHandler: () => ({
          processRecords({ records }) {
            for (const record of records) see(record);
          },
        }),
      };
    default:
      throw new TypeError(`no handler form named ${form}`);
  }
}

/** A consumer alone in its application, with its defaults but for what the workload says. */
function consumerOf(work: ConsumeWork, see: (record: UserRecord) => void, onError: (error: unknown) => void) {
  const leaseStore = new InMemoryLeaseStore();
  const consumer = new Consumer({
    stream: work.stream,
    applicationName: 'benchmark',
    leaseStore,
    clientConfig: { endpoint: work.endpoint, region: benchmarkRegion, credentials: benchmarkCredentials },
    onError,
    ...handlerOf(stringParameter(work.parameters, 'handler'), see),
  });
  return { consumer, leaseStore };
}

/** Runs from the first lap to the verification; a lap is whatever is handed over from its beginning to its end. */
class ConsumerReader implements StreamReader {
  readonly #work: ConsumeWork;
  readonly #consumer: Consumer;
  readonly #leaseStore: InMemoryLeaseStore;
  #seen = 0;
  #goal = Number.POSITIVE_INFINITY;
  #onGoal: () => void = () => undefined;
  #onFailure: (error: unknown) => void = () => undefined;
  #failure: unknown;
  #started = false;

  constructor(work: ConsumeWork) {
    this.#work = work;
    const see = () => {
      this.#seen += 1;
      if (this.#seen === this.#goal) this.#onGoal();
    };
    const onError = (error: unknown) => {
      this.#failure ??= error;
      this.#onFailure(error);
    };
    const { consumer, leaseStore } = consumerOf(work, see, onError);
    this.#consumer = consumer;
    this.#leaseStore = leaseStore;
  }

  async read(records: number): Promise<number> {
    const before = this.#seen;
    const reached = new Promise<void>((resolve, reject) => {
      this.#onGoal = resolve;
      this.#onFailure = reject;
    });
    this.#goal = before + records;
    if (!this.#started) await this.#consumer.start();
    this.#started = true;
    await reached;
    return this.#seen - before;
  }

  /** What the checkpoints say is done must be what the handler was given, to the record. */
  async verify(): Promise<void> {
    await this.#consumer.stop();
    if (this.#failure !== undefined) throw this.#failure;
    const leases = await this.#leaseStore.list();
    const done = leases.reduce((sum, { checkpoint }) => sum + doneRecords(checkpoint, this.#work.pages), 0);
    if (done !== this.#seen) {
      throw new Error(`the handler was given ${this.#seen} user records; the checkpoints say ${done}`);
    }
  }

  close(): Promise<void> {
    return this.#consumer.stop();
  }
}

async function prove(work: ConsumeWork, pages: FirstPages): Promise<void> {
  let onFailure: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    onFailure = reject;
  });
  const see = ({ sequenceNumber, subSequenceNumber, partitionKey = '', data }: UserRecord) =>
    pages.add(sequenceNumber, subSequenceNumber, partitionKey, data);
  const { consumer } = consumerOf(work, see, onFailure);
  await consumer.start();
  await Promise.race([pages.complete, failed]);
  await consumer.stop();
}

export function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  return consumeCase(parameters, { open: (work) => new ConsumerReader(work), prove });
}
