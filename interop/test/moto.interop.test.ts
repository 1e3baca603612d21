import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Producer, type ProducerEvent } from '@shardline/producer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * The producer with its default options against moto in server mode, which answers CBOR with a page and status 500. Catches: that
 * JSON is not found, or records are lost on the way there. The program is MOTO_SERVER, or `moto_server` on the path.
 */

const program = process.env.MOTO_SERVER ?? 'moto_server';
const isThere = spawnSync(program, ['--help'], { stdio: 'ignore' }).status === 0;

describe.skipIf(!isThere)(isThere ? 'moto' : 'moto (skipped: no moto_server)', () => {
  let child: ReturnType<typeof spawn>;
  let clientConfig: {
    endpoint: string;
    region: string;
    credentials: Record<'accessKeyId' | 'secretAccessKey', string>;
  };

  beforeAll(async () => {
    const port = await freePort();
    const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
    clientConfig = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials };
    child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    await createStream();
  }, 90_000);

  afterAll(async () => {
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  /** Once it listens. By hand: the SDK would speak HTTP/2, which moto does not. */
  async function createStream(): Promise<void> {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Kinesis_20131202.CreateStream',
      authorization:
        'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=x',
    };
    const body = JSON.stringify({ StreamName: 't', ShardCount: 3 });
    for (;;) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}.`);
      const answer = await fetch(clientConfig.endpoint, { method: 'POST', headers, body }).catch(
        () => undefined,
      );
      if (answer === undefined) await sleep(200);
      else if (answer.ok) return;
      else throw new Error(await answer.text());
    }
  }

  it('takes all records, as JSON in the end', async () => {
    const events: ProducerEvent[] = [];
    const onEvent = (event: ProducerEvent) => void events.push(event);
    const producer = new Producer({ stream: 't', clientConfig, onEvent });
    try {
      for (let batch = 0; batch < 3; batch += 1) {
        const records = Array.from({ length: 500 }, (_, at) => ({ partitionKey: `k${at}`, data: `d${at}` }));
        const outcomes = await producer.putMany(records);
        expect([...outcomes.failures()]).toEqual([]);
      }
      expect(events.filter(({ type }) => type === 'json-fallback')).toMatchObject([{ reason: 'Http500' }]);
    } finally {
      await producer.close();
    }
  }, 60_000);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}
