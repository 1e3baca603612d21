import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Outcomes, Producer, type UserRecord } from '@shardline/producer';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import { payloadOf } from '../workload/payloads.js';
import { type BatchSender, type PutPathWork, putPathCase } from '../workload/put-path-case.js';
import { benchmarkCredentials, benchmarkRegion } from '../workload/sdk-client.js';

/** Records in one `putMany`. */
const CALL_RECORDS = 100;
/** Records that the application has put and not yet heard of, where outcomes come by `putMany`. */
const MANY_OUTSTANDING = 100_000;
/** The application puts this many bytes in one turn of the event loop, as one that reads its input in chunks does. */
const TURN_BYTES = 200_000;
/**
 * The producer keeps to the write limits of its shards and lets half a second of them go at once. A lap fits in that; the
 * next one waits until the buckets are full again, so that what is timed is work and not waiting.
 */
const SHARD_BYTES_PER_MS = 1_048_576 / 1_000;
const SHARD_RECORDS_PER_MS = 1;

/** Puts all records and resolves once their outcomes are known. */
type Way = (producer: Producer, batch: Batch) => Promise<void>;

interface Batch {
  readonly keys: readonly string[];
  readonly payloads: readonly Uint8Array[];
  /** Records put in one turn of the event loop. */
  readonly turnRecords: number;
}

function recordOf({ keys, payloads }: Batch, index: number): UserRecord {
  return { partitionKey: keys[index] as string, data: payloadOf(payloads, index) };
}

function requireStored(outcomes: Outcomes): void {
  for (const { error } of outcomes.failures()) throw error;
}

const putMany: Way = async (producer, batch) => {
  const calls: Promise<void>[] = [];
  const mostCalls = MANY_OUTSTANDING / CALL_RECORDS;
  const { length } = batch.keys;
  for (let start = 0; start < length; ) {
    const turnEnd = Math.min(length, start + batch.turnRecords);
    while (start < turnEnd) {
      const records: UserRecord[] = [];
      const end = Math.min(length, start + CALL_RECORDS);
      for (let index = start; index < end; index++) records.push(recordOf(batch, index));
      calls.push(producer.putMany(records).then(requireStored));
      start = end;
    }
    await calls[calls.length - mostCalls];
    await setImmediate();
  }
  await producer.flush();
  await Promise.all(calls);
};

/** A promise per record, at most `outstanding` of them pending. */
function putWith(outstanding: number): Way {
  return async (producer, batch) => {
    let pending = 0;
    let failure: unknown;
    let onRoom: (() => void) | undefined;
    const stored = () => {
      pending -= 1;
      if (onRoom !== undefined && pending < outstanding) {
        onRoom();
        onRoom = undefined;
      }
    };
    const failed = (error: unknown) => {
      failure ??= error;
      stored();
    };
    for (let index = 0; index < batch.keys.length; index++) {
      if (pending >= outstanding) {
        await new Promise<void>((resolve) => {
          onRoom = resolve;
        });
      }
      pending += 1;
      producer.put(recordOf(batch, index)).then(stored, failed);
      if ((index + 1) % batch.turnRecords === 0) await setImmediate();
    }
    await producer.flush();
    // The last promises are settled; their reactions run in this turn's jobs.
    await setImmediate();
    if (failure !== undefined) throw failure;
    if (pending !== 0) throw new Error(`${pending} records are unsettled after flush()`);
  };
}

/** What `onOutcomes` has told of records that were put by {@link tryPut}. */
class OutcomeCount {
  #records = 0;
  #failure: unknown;

  add(outcomes: Outcomes): void {
    this.#records += outcomes.length;
    for (const { error } of outcomes.failures()) this.#failure ??= error;
  }

  /** Throws unless all of `records` were stored; starts again at nothing. */
  take(records: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#records !== records)
      throw new Error(`outcomes of ${this.#records} records came for ${records}`);
    this.#records = 0;
  }
}

function tryPut(count: OutcomeCount): Way {
  return async (producer, batch) => {
    for (let index = 0; index < batch.keys.length; index++) {
      const record = recordOf(batch, index);
      while (!producer.tryPut(record)) await producer.waitForRoom();
      if ((index + 1) % batch.turnRecords === 0) await setImmediate();
    }
    await producer.flush();
    count.take(batch.keys.length);
  };
}

/** A Node stream of records, written to as long as it says that it takes more. */
const writable: Way = async (producer, batch) => {
  const stream = producer.writable({
    onFailure: (error) => {
      throw error;
    },
  });
  for (let index = 0; index < batch.keys.length; index++) {
    if (!stream.write(recordOf(batch, index))) await once(stream, 'drain');
    if ((index + 1) % batch.turnRecords === 0) await setImmediate();
  }
  // What lingers need not: the other ways end with a flush, too.
  const end = finished(stream.end());
  await producer.flush();
  await end;
};

function wayOf(name: string, count: OutcomeCount): Way {
  switch (name) {
    case 'put-many':
      return putMany;
    case 'put-10k':
      return putWith(10_000);
    case 'put-100k':
      return putWith(100_000);
    case 'try-put':
      return tryPut(count);
    case 'writable':
      return writable;
    default:
      throw new TypeError(`no way named ${name}`);
  }
}

/** From the start of a lap. */
function refillMs(parameters: CaseParameters): number {
  const shards = numberParameter(parameters, 'shards');
  const lapRecords = numberParameter(parameters, 'lapRecords');
  const { aggregated } = parameters;
  const recordBytes =
    numberParameter(parameters, 'recordBytes') + numberParameter(parameters, 'keyCharacters');
  // The tenth more is for tags, lengths and an uneven spread over the shards.
  const bytesMs = (1.1 * lapRecords * recordBytes) / (shards * SHARD_BYTES_PER_MS);
  return aggregated === true ? bytesMs : Math.max(bytesMs, lapRecords / (shards * SHARD_RECORDS_PER_MS));
}

/** The public surface with its defaults, but for what the workload says. */
class ProducerSender implements BatchSender {
  readonly #producer: Producer;
  readonly #way: Way;
  readonly #turnRecords: number;
  /** How long the buckets take to fill after a lap. */
  readonly #refillMs: number;
  #fullAtMs = 0;
  #batch: Batch = { keys: [], payloads: [], turnRecords: 1 };

  constructor({ endpoint, stream, parameters }: PutPathWork) {
    const way = stringParameter(parameters, 'way');
    const count = new OutcomeCount();
    this.#way = wayOf(way, count);
    this.#turnRecords = Math.max(1, Math.floor(TURN_BYTES / numberParameter(parameters, 'recordBytes')));
    this.#refillMs = refillMs(parameters);
    this.#producer = new Producer({
      stream,
      clientConfig: { endpoint, region: benchmarkRegion, credentials: benchmarkCredentials },
      aggregate: parameters.aggregated === true ? 'always' : 'never',
      ...(way === 'try-put' && { onOutcomes: (outcomes: Outcomes) => count.add(outcomes) }),
    });
  }

  async load(keys: readonly string[], payloads: readonly Uint8Array[]): Promise<void> {
    await this.#producer.start();
    await setTimeout(Math.max(0, this.#fullAtMs - performance.now()));
    this.#batch = { keys, payloads, turnRecords: this.#turnRecords };
  }

  async send(): Promise<void> {
    this.#fullAtMs = performance.now() + this.#refillMs;
    await this.#way(this.#producer, this.#batch);
  }

  close(): Promise<void> {
    return this.#producer.close();
  }
}

export function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  return putPathCase(parameters, (work) => new ProducerSender(work));
}
