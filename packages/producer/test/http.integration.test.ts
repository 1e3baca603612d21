import { connect, createServer } from 'node:net';
import {
  type _Record,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { deaggregate, HashRange } from '@shardline/aggregation';
import { type LocalKinesisServer, startLocalKinesis, type WriteModel } from '@shardline/local';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Outcome } from '../src/outcomes.js';
import { Producer } from '../src/producer.js';
import type { ProducerOptions } from '../src/producer-options.js';
import type { UserRecord } from '../src/user-record.js';
import { watch } from './support/producer-under-test.js';

/*
 * The producer through the real SDK and loopback HTTP, read back with the SDK and de-aggregated with the rules of a consumer.
 * Catches: what the wire, the SDK and sockets add to the unit tests. Cannot catch: what only the service itself does.
 */

interface ReadRecord {
  readonly shardId: string;
  readonly partitionKey: string;
  readonly text: string;
}

/** How records come to the shards, and how these keep their limits: each protocol and each model once. */
interface Way {
  readonly over: string;
  readonly writeModel: WriteModel;
  readonly tls: boolean;
  /** Whether a connection of this kind begins so. */
  readonly opens: (bytes: string) => boolean;
  /** The SDK's own for Kinesis speaks HTTP/2; the producer's, where there is none, HTTP/1.1. */
  readonly handler?: (certificate: string | undefined) => object;
}

const http1: Way = {
  over: 'HTTP/1.1',
  writeModel: 'token-bucket',
  tls: false,
  opens: (bytes) => bytes.startsWith('POST '),
};
const ways: readonly Way[] = [
  http1,
  {
    over: 'HTTP/2',
    writeModel: 'fixed-window',
    tls: false,
    opens: (bytes) => bytes.startsWith('PRI * HTTP/2'),
    handler: () => ({}),
  },
  {
    over: 'HTTP/2 and TLS',
    writeModel: 'single-tank',
    tls: true,
    // A TLS handshake that offers HTTP/2.
    opens: (bytes) => bytes.startsWith('\u0016') && bytes.includes('\u0002h2'),
    handler: (ca) => ({ nodeHttp2ConnectOptions: { ca } }),
  },
];

/** Write limits as in the service; what is read back may be read at once. */
const readAtOnce = {
  shardReadBytesPerSecond: Number.POSITIVE_INFINITY,
  shardReadCallsPerSecond: Number.POSITIVE_INFINITY,
};

async function makeStream(spec: { shards?: number; maxRecordKiB?: number } = {}, way = http1) {
  const { writeModel, tls } = way;
  const server = await startLocalKinesis({
    streams: [{ name: 'tweets', shards: 2, ...spec }],
    limits: { ...readAtOnce, writeModel },
    tls,
  });
  const handler = way.handler?.(server.certificate);
  const handlerOptions = handler ? { requestHandler: handler } : {};
  const client = new KinesisClient({ ...server.clientConfig, ...handlerOptions });
  // Of mere options Shardline makes a handler for HTTP/1.1; one of the SDK's for HTTP/2 is used as it is.
  const { requestHandler } = new KinesisClient({ ...server.clientConfig, ...handlerOptions }).config;
  const clientConfig = { ...server.clientConfig, ...(handler ? { requestHandler } : {}) };
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  const producer = (options: Partial<ProducerOptions> = {}) => {
    const own = options.client ? {} : { clientConfig };
    const made = new Producer({ stream: 'tweets', lingerMs: 20, ...own, ...options });
    onTestFinished(() => made.close({ deadlineMs: 100 }).catch(() => {}));
    return made;
  };
  return { server, client, clientConfig, producer, read: () => readStream(client) };
}

/** All user records of the stream, parents before children, as a consumer is given them (C12). */
async function readStream(client: KinesisClient): Promise<ReadRecord[]> {
  const { Shards: shards = [] } = await client.send(new ListShardsCommand({ StreamName: 'tweets' }));
  const rangeOf = (id: string | undefined) => {
    const range = shards.find(({ ShardId }) => ShardId === id)?.HashKeyRange;
    if (!range) return undefined;
    return new HashRange({
      startingHashKey: range.StartingHashKey ?? '',
      endingHashKey: range.EndingHashKey ?? '',
    });
  };
  const read: ReadRecord[] = [];
  for (const { ShardId: shardId = '', ParentShardId } of shards) {
    const parent = rangeOf(ParentShardId);
    const records = await readShard(client, shardId);
    for (const record of deaggregate(records, {
      range: rangeOf(shardId),
      parentRanges: parent ? [parent] : [],
    })) {
      read.push({ shardId, partitionKey: record.partitionKey ?? '', text: record.text() });
    }
  }
  return read;
}

async function readShard(client: KinesisClient, shardId: string) {
  const from = { StreamName: 'tweets', ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  let { ShardIterator: iterator } = await client.send(new GetShardIteratorCommand(from));
  const records: _Record[] = [];
  while (iterator) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator }));
    records.push(...(page.Records ?? []));
    const atEnd = page.MillisBehindLatest === 0 && page.Records?.length === 0;
    iterator = atEnd ? undefined : page.NextShardIterator;
  }
  return records;
}

const numbered = (count: number, keys: number): UserRecord[] =>
  Array.from({ length: count }, (_, at) => ({ partitionKey: `key-${at % keys}`, data: `${at}` }));

/** Fails unless the first copies of all texts are there, each key in put order. */
function expectAllInOrder(read: readonly ReadRecord[], records: readonly UserRecord[]): void {
  const first = [...new Set(read.map(({ text }) => text))];
  expect(first.toSorted()).toEqual(records.map(({ data }) => String(data)).toSorted());
  const keyOf = new Map(records.map(({ partitionKey, data }) => [String(data), partitionKey]));
  const newest = new Map<string, number>();
  for (const text of first) {
    const key = keyOf.get(text) ?? '';
    expect(Number(text)).toBeGreaterThan(newest.get(key) ?? -1);
    newest.set(key, Number(text));
  }
}

describe.each(ways)('over $over, limits as a $writeModel', (way) => {
  test('connections are what they are called', async () => {
    const { server, clientConfig, producer } = await makeStream({}, way);
    const proxy = await countConnections(server);
    const made = producer({ clientConfig: { ...clientConfig, endpoint: proxy.endpoint } });
    await made.put({ partitionKey: 'a', data: 'x' });
    expect(proxy.openings()).not.toEqual([]);
    expect(proxy.openings().filter((bytes) => !way.opens(bytes))).toEqual([]);
  });

  test.each(['auto', 'never'] as const)(
    'what is put is read back, in order for each key (aggregate: %s)',
    async (aggregate) => {
      const { producer, read } = await makeStream({}, way);
      const records = numbered(1_500, 40);
      const outcomes = await producer({ aggregate }).putMany(records);
      expect([...outcomes.failures()]).toEqual([]);
      const there = await read();
      expect(there).toHaveLength(records.length);
      expectAllInOrder(there, records);
      const shardOf = new Map(there.map(({ text, shardId }) => [text, shardId]));
      for (const outcome of outcomes) {
        expect(outcome.stored && outcome.result.shardId).toBe(shardOf.get(String(outcome.index)));
      }
    },
  );

  test('text, bytes, empty data, other scripts and explicit hash keys come back as they were put', async () => {
    const { producer, read } = await makeStream({}, way);
    const records: UserRecord[] = [
      { partitionKey: 'clé 🙂', data: '#COVID_19 lima, ñandú 🙂' },
      { partitionKey: '語'.repeat(256), data: Buffer.from('bytes') },
      { partitionKey: 'empty', data: '' },
      { partitionKey: '0', explicitHashKey: '0', data: 'lowest' },
      { partitionKey: 'highest', explicitHashKey: String((1n << 128n) - 1n), data: 'highest' },
      { partitionKey: 'magic', data: Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2, 1) },
    ];
    const put = producer();
    await put.putMany(records);
    for (const record of records) await put.put(record);
    const expected = [...records, ...records].map(({ partitionKey, data }) => [
      partitionKey,
      Buffer.from(data).toString(),
    ]);
    expect((await read()).map(({ partitionKey, text }) => [partitionKey, text]).toSorted()).toEqual(
      expected.toSorted(),
    );
  });

  test('a stream that takes larger records gets them', async () => {
    const { producer, read } = await makeStream({ maxRecordKiB: 3_072 }, way);
    const data = 'x'.repeat(2_500_000);
    await producer().put({ partitionKey: 'a', data });
    expect((await read()).map(({ text }) => text.length)).toEqual([data.length]);
  });

  test('P1: throttles, failed records, resets, errors and lost answers cost repeats at most', async () => {
    const { server, producer, read } = await makeStream({}, way);
    const put = { operation: 'PutRecords' } as const;
    server.kinesis.faults.add({ kind: 'throttleShard', skip: 1, times: 3 });
    server.kinesis.faults.add({ kind: 'failRecord', skip: 4, times: 3 });
    server.kinesis.faults.add({ kind: 'reset', ...put, when: 'after', skip: 2, times: 1 });
    server.kinesis.faults.add({ kind: 'reset', ...put, when: 'before', skip: 4, times: 1 });
    server.kinesis.faults.add({ kind: 'failCall', ...put, errorCode: 'InternalFailure', skip: 6, times: 2 });
    server.kinesis.faults.add({ kind: 'loseAnswer', ...put, skip: 8, times: 1 });
    const records = numbered(1_000, 30);
    const made = producer({ aggregateBytes: 1_024, lingerMs: 5, requestTimeoutMs: 500 });
    // One after the other: each takes a call at least, so that all faults come, whatever the machine makes of them.
    for (let at = 0; at < records.length; at += 50) {
      const outcomes = await made.putMany(records.slice(at, at + 50));
      expect([...outcomes.failures()]).toEqual([]);
    }
    expect(server.kinesis.faults.counts()).toMatchObject({
      reset: 2,
      failCall: 2,
      loseAnswer: 1,
      throttleShard: 3,
      failRecord: 3,
    });
    expectAllInOrder(await read(), records);
  });

  test('P3, P4: a shard is split under load: nothing is lost, each key stays in order', async () => {
    const { client, producer, read } = await makeStream({}, way);
    const made = producer({ aggregateBytes: 2_048, lingerMs: 5 });
    const records: UserRecord[] = [];
    const batches: Promise<unknown>[] = [];
    let batchesInChildren = 0;
    // Always three under way.
    const nextBatch = async () => {
      const batch = numbered(records.length + 50, 50).slice(records.length);
      records.push(...batch);
      const settled = made.putMany(batch).then((outcomes) => {
        const isInChild = (outcome: Outcome) => outcome.stored && !parents.includes(outcome.result.shardId);
        if ([...outcomes].some(isInChild)) batchesInChildren += 1;
      });
      batches.push(settled);
      await batches.at(-3);
    };
    for (let before = 0; before < 6; before += 1) await nextBatch();
    let isSplit = false;
    const splitting = split(client)
      .then(() => undefined)
      .catch((error: unknown) => error)
      .finally(() => {
        isSplit = true;
      });
    while (!isSplit) await nextBatch();
    expect(await splitting).toBeUndefined();
    for (let after = 0; batchesInChildren < 10; after += 1) {
      expect(after, 'batches after the split, fewer than ten of them in its children').toBeLessThan(100);
      await nextBatch();
    }
    await Promise.all(batches);
    expect(made.stats().failedRecords).toEqual({});
    expectAllInOrder(await read(), records);
    const { Shards: shards = [] } = await client.send(new ListShardsCommand({ StreamName: 'tweets' }));
    expect(shards).toHaveLength(4);
    await made.start();
    expect(made.stats().shards).toHaveLength(3);
  });
});

test('a stream is found by its ARN, and a given client is used and left alone', async () => {
  const { client, producer, read } = await makeStream();
  const made = producer({ client, stream: 'arn:aws:kinesis:us-east-1:000000000000:stream/tweets' });
  await made.put({ partitionKey: 'a', data: 'x' });
  await made.close();
  expect(await read()).toHaveLength(1);
});

/** The shards of a new stream. */
const parents = ['shardId-000000000000', 'shardId-000000000001'];

/** Splits the first of two shards; over when its children are there. */
async function split(client: KinesisClient): Promise<void> {
  const { Shards: shards = [] } = await client.send(new ListShardsCommand({ StreamName: 'tweets' }));
  const [shard] = shards;
  const start = BigInt(shard?.HashKeyRange?.StartingHashKey ?? '');
  const end = BigInt(shard?.HashKeyRange?.EndingHashKey ?? '');
  const NewStartingHashKey = String((start + end) / 2n);
  await client.send(
    new SplitShardCommand({ StreamName: 'tweets', ShardToSplit: shard?.ShardId, NewStartingHashKey }),
  );
  await expect
    .poll(async () => (await client.send(new ListShardsCommand({ StreamName: 'tweets' }))).Shards?.length)
    .toBe(4);
}

test('P6: close lets go of every connection', async () => {
  const { server } = await makeStream();
  const proxy = await countConnections(server);
  const made = new Producer({
    stream: 'tweets',
    clientConfig: { ...server.clientConfig, endpoint: proxy.endpoint },
  });
  await made.putMany(numbered(500, 50));
  expect(proxy.open()).toBeGreaterThan(0);
  expect(proxy.open()).toBeLessThanOrEqual(18);
  await made.close();
  await vi.waitFor(() => expect(proxy.open()).toBe(0), 20_000);
});

test('connections are kept alive from one request to the next', async () => {
  const { server } = await makeStream({ shards: 1 });
  const proxy = await countConnections(server);
  const made = new Producer({
    stream: 'tweets',
    lingerMs: 0,
    clientConfig: { ...server.clientConfig, endpoint: proxy.endpoint },
  });
  for (const record of numbered(30, 1)) await made.put(record);
  expect(made.stats().requests).toBe(30);
  expect(proxy.seen()).toBeLessThanOrEqual(3);
  await made.close();
});

test('P1, P6: a server that hangs does not keep close from ending, nor its records from being told of', async () => {
  const { server, producer } = await makeStream();
  server.kinesis.faults.add({ kind: 'stall', operation: 'PutRecords' });
  const made = producer();
  const put = watch(made.put({ partitionKey: 'a', data: 'x' }));
  await expect(made.close({ deadlineMs: 300 })).rejects.toMatchObject({
    code: 'CLOSE_TIMEOUT',
    failedRecords: 1,
  });
  expect(put.state).toMatchObject({ code: 'SHUTDOWN_TIMEOUT', mayBeStored: true });
});

/** A TCP proxy before the server that counts connections and keeps how each began. */
async function countConnections({ endpoint }: LocalKinesisServer) {
  const { hostname, port, protocol } = new URL(endpoint);
  let open = 0;
  let seen = 0;
  const openings: string[] = [];
  const proxy = createServer((socket) => {
    open += 1;
    seen += 1;
    socket.once('data', (bytes) => openings.push(bytes.toString('latin1')));
    const through = connect(Number(port), hostname);
    socket.pipe(through).pipe(socket);
    socket.on('close', () => {
      open -= 1;
      through.destroy();
    });
    through.on('close', () => socket.destroy());
    for (const one of [socket, through]) one.on('error', () => one.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const address = proxy.address();
  const listening = typeof address === 'object' && address ? address.port : 0;
  return {
    endpoint: `${protocol}//127.0.0.1:${listening}`,
    open: () => open,
    seen: () => seen,
    openings: () => openings,
  };
}
