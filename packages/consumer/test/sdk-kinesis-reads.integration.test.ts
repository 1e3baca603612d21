import { KinesisClient, PutRecordsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { connectKinesis } from '@shardline/core/connection';
import { seededRandom, systemClock } from '@shardline/core/internal';
import { type LocalKinesisServer, startLocalKinesis } from '@shardline/local';
import { expect, onTestFinished, test } from 'vitest';
import { BufferBudget } from '../src/buffer-budget.js';
import { PollingSource } from '../src/polling-source.js';
import { sdkKinesisReads } from '../src/sdk-kinesis-reads.js';
import { firstShard, fromHorizon, numbered, textsOf } from './support/polling-world.js';

/*
 * Reads through the real SDK and loopback HTTP. Catches: what wire, SDK and sockets add to the unit tests, the Date header first.
 * Cannot catch: what only the service itself does.
 */

const { signal } = new AbortController();

const policy = { maxSockets: 4, connectTimeoutMs: 5_000, requestTimeoutMs: 5_000 };

/** The ways of a client to the service: as the SDK makes it, as Shardline does, and with TLS. */
const ways = {
  'HTTP/2': { tls: false, connect: ({ clientConfig }) => new KinesisClient(clientConfig) },
  'HTTP/1.1': { tls: false, connect: ({ clientConfig }) => connectKinesis(clientConfig, policy) },
  'HTTP/2 and TLS': {
    tls: true,
    connect: ({ clientConfig, certificate: ca }) =>
      new KinesisClient({ ...clientConfig, requestHandler: { nodeHttp2ConnectOptions: { ca } } }),
  },
} satisfies Record<string, { tls: boolean; connect: (server: LocalKinesisServer) => KinesisClient }>;

type Way = keyof typeof ways;

async function makeStream(stream = 'tweets', way: Way = 'HTTP/2') {
  const { tls, connect } = ways[way];
  const server = await startLocalKinesis({ streams: [{ name: 'tweets', shards: 1 }], tls });
  const client = connect(server);
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return { server, client, reads: sdkKinesisReads(client, stream, () => {}) };
}

async function put(client: KinesisClient, texts: readonly string[]): Promise<void> {
  const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: 'a' }));
  await client.send(new PutRecordsCommand({ StreamName: 'tweets', Records }));
}

const allWays = Object.keys(ways) as Way[];

test.each(allWays)('C6: a listing over %s says when the service made it, in whole seconds', async (way) => {
  const { reads, server, client } = await makeStream('tweets', way);
  expect(client.config.requestHandler.metadata?.handlerProtocol).toBe(way === 'HTTP/1.1' ? 'http/1.1' : 'h2');
  expect(server.endpoint.startsWith('https:')).toBe(way === 'HTTP/2 and TLS');
  const stack = client.middlewareStack.identify();
  const before = server.kinesis.nowMs();
  const { shards, serviceTimeMs = 0 } = await reads.listShards({ type: 'all' }, signal);
  expect(shards.map(({ shardId, open }) => [shardId, open])).toEqual([[firstShard, true]]);
  expect(serviceTimeMs % 1_000).toBe(0);
  expect(serviceTimeMs).toBeGreaterThan(before - 1_000);
  expect(serviceTimeMs).toBeLessThanOrEqual(server.kinesis.nowMs());
  // A client that was given is left as it was.
  expect(client.middlewareStack.identify()).toEqual(stack);
});

test.each([
  ['tweets', 'HTTP/1.1'],
  ['tweets', 'HTTP/2 and TLS'],
  ['arn:aws:kinesis:us-east-1:000000000000:stream/tweets', 'HTTP/2'],
] as const)('a source reads %s to its end over %s', async (stream, way) => {
  const { reads, client } = await makeStream(stream, way);
  await put(client, numbered(500));
  const NewStartingHashKey = String(1n << 127n);
  await client.send(
    new SplitShardCommand({ StreamName: 'tweets', ShardToSplit: firstShard, NewStartingHashKey }),
  );
  const budget = new BufferBudget(20_971_520);
  const errors: unknown[] = [];
  const source = new PollingSource({
    reads,
    stream,
    shardId: firstShard,
    pollIntervalMs: 200,
    budget,
    clock: systemClock,
    random: seededRandom(1),
    onEvent: () => {},
    onError: (error) => void errors.push(error),
  });
  source.open(fromHorizon);
  const texts: string[] = [];
  for (;;) {
    const batch = await source.next();
    texts.push(...textsOf(batch));
    batch.release();
    if (!batch.end) continue;
    expect(batch.end.childShards.map(({ shardId }) => shardId)).toEqual([
      'shardId-000000000001',
      'shardId-000000000002',
    ]);
    break;
  }
  expect([texts, errors, budget.usedBytes]).toEqual([numbered(500), [], 0]);
  const latest = await reads.listShards({ type: 'at-latest' }, signal);
  expect(latest.shards.map(({ parentShardIds }) => parentShardIds)).toEqual([[firstShard], [firstShard]]);
  // A provisioned stream does not say.
  expect(await reads.recordDistribution(signal)).toBeUndefined();
});
