import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { KinesisConnection } from '@shardline/core/connection';
import { expect, onTestFinished, test } from 'vitest';
import { collectGarbage } from './support/collect-garbage.js';

/*
 * What is kept of a request that was answered, over a socket on loopback that stays open. Catches: the body of the first request of each
 * socket, which Node's own options of the socket lead to. Cannot catch what a proxy's agent keeps.
 */
test('P2: a request is not kept, with its body, as long as the socket that it was the first on', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end('{"FailedRecordCount":0,"Records":[]}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const connection = new KinesisConnection({
    clientConfig: {
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
  });
  onTestFinished(async () => {
    await connection.close();
    server.closeAllConnections();
    server.close();
  });
  const requests = await sendOne(connection);
  await collectGarbage();
  expect([requests.length, connection.stats().openSockets]).toEqual([1, 1]);
  expect(requests.map((request) => request.deref())).toEqual([undefined]);
});

/** In a frame of its own: nothing of the call is left on the stack. */
async function sendOne(connection: KinesisConnection): Promise<readonly WeakRef<object>[]> {
  const requests: WeakRef<object>[] = [];
  const { client, leave } = connection.join('test', 'orders');
  const command = new PutRecordsCommand({ StreamName: 'orders', Records: [] });
  command.middlewareStack.add(
    (next) => (args) => {
      requests.push(new WeakRef(args.request as object));
      return next(args);
    },
    { name: 'noteRequest', step: 'finalizeRequest', priority: 'low' },
  );
  await client.send(command);
  leave();
  return requests;
}
