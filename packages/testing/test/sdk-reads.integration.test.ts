import { KinesisClient, PutRecordCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { connectKinesis } from '@shardline/core/connection';
import { startLocalKinesis } from '@shardline/local';
import { expect, onTestFinished, test } from 'vitest';
import { readStream } from '../src/read-stream.js';
import { RecordLedger } from '../src/record-ledger.js';
import { sdkReads } from '../src/sdk-reads.js';

const policy = { maxSockets: 4, connectTimeoutMs: 5_000, requestTimeoutMs: 5_000 };

/** A client of a server of its own: the SDK's own speaks HTTP/2. */
async function localClient(over: 'h2' | 'http/1.1' = 'h2'): Promise<KinesisClient> {
  const server = await startLocalKinesis({ streams: [{ name: 'stream', shards: 2 }], transitionMs: 0 });
  const client =
    over === 'h2' ? new KinesisClient(server.clientConfig) : connectKinesis(server.clientConfig, policy);
  expect(client.config.requestHandler.metadata?.handlerProtocol).toBe(over);
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return client;
}

test.each(['h2', 'http/1.1'] as const)(
  'sdkReads: a stream written and resharded over %s is read back and judged',
  async (over) => {
    const client = await localClient(over);
    const ledger = new RecordLedger();
    const put = async (id: number) => {
      const key = `key-${id % 5}`;
      ledger.accepted({ key, id: String(id) });
      const input = { StreamName: 'stream', PartitionKey: key, Data: Buffer.from(String(id)) };
      await client.send(new PutRecordCommand(input));
    };
    for (let id = 0; id < 20; id += 1) await put(id);
    const split = {
      StreamName: 'stream',
      ShardToSplit: 'shardId-000000000000',
      NewStartingHashKey: String(2n ** 126n),
    };
    await client.send(new SplitShardCommand(split));
    for (let id = 20; id < 40; id += 1) await put(id);
    const verdict = await RecordLedger.judge({
      ledgers: [ledger],
      stored: readStream({ kinesis: sdkReads(client), stream: 'stream', settleMs: 0 }),
      identify: ({ partitionKey, data }) => ({ key: partitionKey, id: Buffer.from(data).toString() }),
      repeatsAllowed: false,
    });
    expect(verdict).toMatchObject({ ok: true, accepted: 40, stored: 40, records: 40 });
  },
);

test('sdkReads: a call can be given up', async () => {
  const client = await localClient();
  const signal = AbortSignal.abort();
  const call = sdkReads(client).call('ListShards', { StreamName: 'stream' }, { signal });
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test('sdkReads: reads streams only', async () => {
  const client = await localClient();
  await expect(sdkReads(client).call('PutRecord', {})).rejects.toThrow(TypeError);
});
