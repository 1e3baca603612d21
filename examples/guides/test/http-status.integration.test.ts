import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { expect, onTestFinished, test } from 'vitest';
import { statusOf } from '../src/http-status.js';
import { createHandler } from '../src/lambda/producing-handler.js';
import { ingestServer } from '../src/life-cycle/ingest-server.js';

/** What the recipes answer to whoever sent a record by HTTP: only what is wrong with the record itself is the caller's fault. */

async function recipes(fault?: string) {
  const kinesis = await startLocalKinesis({ streams: [{ name: 'orders', shards: 1 }] });
  if (fault) kinesis.kinesis.faults.add({ kind: 'failCall', operation: 'PutRecords', errorCode: fault });
  const producer = new Producer({ stream: 'orders', clientConfig: kinesis.clientConfig, lingerMs: 5 });
  const { server, shutDown } = ingestServer(producer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    await shutDown(1_000);
    await kinesis.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    post: (user: string) => fetch(url, { method: 'POST', headers: { 'x-user': user }, body: 'x' }),
    invoke: createHandler(producer),
  };
}

test.each([
  'AccessDeniedException',
  'ExpiredTokenException',
  'ResourceNotFoundException',
  'KMSDisabledException',
])('%s is not the fault of the caller, who keeps the event: 503', async (fault) => {
  const { post, invoke } = await recipes(fault);
  expect((await post('ana')).status).toBe(503);
  expect(await invoke({ body: JSON.stringify([{ id: 1, customer: 'ana' }]) })).toMatchObject({
    statusCode: 503,
  });
});

test('a record without a key is the fault of the caller, and of no use a second time: 400', async () => {
  const { post, invoke } = await recipes();
  expect((await post('')).status).toBe(400);
  const [bad, good] = [{ id: 1 }, { id: 2, customer: 'ana' }];
  expect(await invoke({ body: JSON.stringify([bad, good]) })).toEqual({
    statusCode: 400,
    body: JSON.stringify({ failed: [{ id: 1, code: 'INVALID_RECORD', status: 400 }] }),
  });
  expect(await invoke({ body: JSON.stringify([good]) })).toMatchObject({ statusCode: 200 });
});

test.each([
  ['INVALID_RECORD', 400],
  ['RECORD_TOO_LARGE', 400],
  ['RECORD_REFUSED', 400],
  ['BUFFER_FULL', 429],
  ['PRODUCER_CLOSED', 503],
  ['SHUTDOWN_TIMEOUT', 503],
  ['RECORD_EXPIRED', 503],
  [undefined, 503],
])('%s: %i', (code, status) => {
  expect(statusOf(code)).toBe(status);
});
