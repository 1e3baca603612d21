import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CaseParameters, numberParameter, type PreparedCase } from '../benchmark.js';
import { readyCall } from '../workload/json-caller.js';
import { type KinesisUnderTest, startKinesis } from '../workload/kinesis-under-test.js';
import { quantile } from '../workload/quantile.js';

const STREAM = 's';
const SUBSCRIBING = 50;
/** Puts follow one another so closely; each shard gets one at a time. */
const GAP_MS = 2;
const PATIENCE_MS = 20_000;

interface Shard {
  readonly ShardId: string;
  readonly HashKeyRange: { readonly StartingHashKey: string };
}

/**
 * A subscription for every shard, and records put one by one to one shard after the other. An event's latency is the time
 * from the moment its put is sent to the moment its bytes are here. CPU time is the server's.
 */
export async function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  const server = await startKinesis(parameters);
  const shards = await shardsOf(server, numberParameter(parameters, 'shards'));
  const arrivals = new Arrivals();
  const streams = await subscribeToAll(server, shards, arrivals);
  const puts = numberParameter(parameters, 'puts');
  if (puts > shards.length)
    throw new RangeError('a shard gets one record in a lap: puts must not exceed shards');
  const latenciesMs: number[] = [];
  let next = 0;
  let measured = false;
  return {
    cpuSeconds: () => server.cpuSeconds(),
    async stage() {
      // What the subscriptions' first events bring is over by then.
      if (!measured) await sleep(500);
      measured = true;
    },
    async lap() {
      const waiting: Promise<number>[] = [];
      for (let put = 0; put < puts; put += 1) {
        const shard = shards[next % shards.length];
        next += 1;
        if (!shard) continue;
        waiting.push(putAndAwait(server, shard, arrivals));
        await sleep(GAP_MS);
      }
      latenciesMs.push(...(await Promise.all(waiting)));
      return puts;
    },
    facts: () => ({
      subscriptions: streams.length,
      eventP50Ms: quantile(latenciesMs, 0.5),
      eventP99Ms: quantile(latenciesMs, 0.99),
      eventMaxMs: quantile(latenciesMs, 1),
    }),
    async close() {
      for (const stream of streams) stream.destroy();
      await server.close();
    },
  };
}

/** Who waits for a record of which shard. */
class Arrivals {
  readonly #waiting = new Map<string, () => void>();

  next(shardId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no event of ${shardId} in ${PATIENCE_MS} ms`)),
        PATIENCE_MS,
      );
      this.#waiting.set(shardId, () => {
        clearTimeout(timer);
        this.#waiting.delete(shardId);
        resolve();
      });
    });
  }

  arrived(shardId: string): void {
    this.#waiting.get(shardId)?.();
  }
}

async function shardsOf(server: KinesisUnderTest, count: number): Promise<readonly Shard[]> {
  await server.createStream(STREAM, count);
  const { Shards } = (await server.caller.call('ListShards', { StreamName: STREAM })) as { Shards: Shard[] };
  if (Shards.length !== count) throw new Error(`${Shards.length} shards; there should be ${count}`);
  return Shards;
}

async function subscribeToAll(
  server: KinesisUnderTest,
  shards: readonly Shard[],
  arrivals: Arrivals,
): Promise<readonly IncomingMessage[]> {
  const ConsumerARN = await registered(server);
  const streams: IncomingMessage[] = [];
  for (let first = 0; first < shards.length; first += SUBSCRIBING) {
    const some = shards.slice(first, first + SUBSCRIBING).map(async ({ ShardId }) => {
      const input = { ConsumerARN, ShardId, StartingPosition: { Type: 'LATEST' } };
      const response = await server.caller.open(readyCall('SubscribeToShard', input));
      if (response.statusCode !== 200) throw new Error(`SubscribeToShard: ${response.statusCode}`);
      response.on('data', (chunk: Buffer) => {
        if (chunk.includes('"PartitionKey"')) arrivals.arrived(ShardId);
      });
      response.on('error', () => undefined);
      streams.push(response);
    });
    await Promise.all(some);
  }
  return streams;
}

async function registered({ caller }: KinesisUnderTest): Promise<string> {
  const { StreamDescriptionSummary: stream } = (await caller.call('DescribeStreamSummary', {
    StreamName: STREAM,
  })) as { StreamDescriptionSummary: { StreamARN: string } };
  const { Consumer } = (await caller.call('RegisterStreamConsumer', {
    StreamARN: stream.StreamARN,
    ConsumerName: 'c',
  })) as { Consumer: { ConsumerARN: string } };
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const { ConsumerDescription: consumer } = (await caller.call('DescribeStreamConsumer', {
      ConsumerARN: Consumer.ConsumerARN,
    })) as { ConsumerDescription: { ConsumerStatus: string } };
    if (consumer.ConsumerStatus === 'ACTIVE') return Consumer.ConsumerARN;
    await sleep(10);
  }
  throw new Error('the consumer did not become ACTIVE');
}

async function putAndAwait(
  { caller }: KinesisUnderTest,
  { ShardId, HashKeyRange }: Shard,
  arrivals: Arrivals,
): Promise<number> {
  const arrival = arrivals.next(ShardId);
  const call = readyCall('PutRecord', {
    StreamName: STREAM,
    Data: 'aGVsbG8=',
    PartitionKey: 'k',
    ExplicitHashKey: HashKeyRange.StartingHashKey,
  });
  const sentMs = performance.now();
  const tookMs = arrival.then(() => performance.now() - sentMs);
  await caller.send(call);
  return tookMs;
}
