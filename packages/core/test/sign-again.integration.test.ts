import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { expect, onTestFinished, test } from 'vitest';
import { connectKinesis } from '../src/kinesis-connection.js';

/*
 * The SDK against a server whose clock is off, as this machine's would be. Catches: what the SDK does with the time in answers.
 * Cannot catch: how the service words it; both names that are known are played.
 */

interface Skewed {
  readonly client: KinesisClient;
  /** How far the server's clock is ahead of ours. */
  aheadMs: number;
  /** Refuses whatever the time in the signature. */
  refusesAnyhow: boolean;
  sendsDate: boolean;
  requests: number;
  list(): Promise<unknown>;
}

async function skewedServer(errorName = 'InvalidSignatureException', status = 400): Promise<Skewed> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      skewed.requests += 1;
      const nowMs = Date.now() + skewed.aheadMs;
      response.sendDate = false;
      if (skewed.sendsDate) response.setHeader('date', new Date(nowMs).toUTCString());
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      const off = Math.abs(signedAtMs(String(request.headers['x-amz-date'])) - nowMs);
      if (off < 300_000 && !skewed.refusesAnyhow) response.end('{"StreamNames":[],"HasMoreStreams":false}');
      else
        response.writeHead(status).end(JSON.stringify({ __type: errorName, message: 'Signature expired.' }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connectKinesis(
    {
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    },
    { maxSockets: 8, connectTimeoutMs: 5_000, requestTimeoutMs: 5_000 },
  );
  const list = () => client.send(new ListStreamsCommand({}));
  const skewed: Skewed = { client, aheadMs: 0, refusesAnyhow: false, sendsDate: true, requests: 0, list };
  onTestFinished(async () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return skewed;
}

/** Of `20261121T211300Z`. */
function signedAtMs(amzDate: string): number {
  return Date.parse(amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

test.each([
  ['InvalidSignatureException', 400, 600_000],
  ['InvalidSignatureException', 400, -600_000],
  ['RequestTimeTooSkewed', 403, 600_000],
  ['RequestExpired', 400, 600_000],
])('%s (%i) for a clock that is %i ms off: signed anew, once', async (name, status, aheadMs) => {
  const skewed = await skewedServer(name, status);
  skewed.aheadMs = aheadMs;
  await skewed.list();
  expect(skewed.requests).toBe(2);
  await skewed.list();
  expect(skewed.requests).toBe(3);
});

test('a clock that is put right while the program runs, and calls that are out at once', async () => {
  const skewed = await skewedServer();
  skewed.aheadMs = 600_000;
  await Promise.all(Array.from({ length: 5 }, skewed.list));
  expect(skewed.requests).toBeLessThanOrEqual(10);
  skewed.aheadMs = 0;
  await Promise.all(Array.from({ length: 5 }, skewed.list));
  await skewed.list();
});

test('a signature that is wrong for another reason is refused after one more try, and after none where the clock is right', async () => {
  const skewed = await skewedServer();
  skewed.refusesAnyhow = true;
  skewed.aheadMs = 600_000;
  await expect(skewed.list()).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  expect(skewed.requests).toBe(2);
  await expect(skewed.list()).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  expect(skewed.requests).toBe(3);
});

test('an answer that does not say what time it is, or that may have had an effect, is left alone', async () => {
  const silent = await skewedServer();
  silent.aheadMs = 600_000;
  silent.sendsDate = false;
  await expect(silent.list()).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  expect(silent.requests).toBe(1);
  const broken = await skewedServer('InternalFailure', 500);
  broken.aheadMs = 600_000;
  await expect(broken.list()).rejects.toMatchObject({ name: 'InternalFailure' });
  expect(broken.requests).toBe(1);
});
