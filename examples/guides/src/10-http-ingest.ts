/**
 * A web server that puts what it is sent, and ends on SIGTERM as Kubernetes wants it: no new requests, those that are in are answered
 * once their records are stored, exit status 0; at the deadline the rest gets a 503, and the status is 1.
 * On AWS: leave out the local Kinesis, and give `clientConfig: { region: 'eu-west-1' }`, or nothing where the environment says.
 */
import type { AddressInfo } from 'node:net';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { ingestServer } from './life-cycle/ingest-server.js';

const kinesis = await startLocalKinesis({ streams: [{ name: 'events', shards: 2 }] });
const producer = new Producer({ stream: 'events', clientConfig: kinesis.clientConfig });
const { server, shutDown } = ingestServer(producer);

process.once('SIGTERM', async () => {
  console.log('SIGTERM: closing');
  // terminationGracePeriodSeconds is 30 by default, and SIGKILL comes after it: stay some 5 s below.
  process.exitCode = (await shutDown(25_000)) ? 0 : 1;
  await kinesis.close();
});

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const requests = Array.from({ length: 50 }, (_, at) =>
    fetch(url, { method: 'POST', headers: { 'x-user': `user-${at % 7}` }, body: `event ${at}` }),
  );
  await Promise.race(requests); // some are answered, the others under way
  process.kill(process.pid, 'SIGTERM'); // what Kubernetes would send
  const statuses = await Promise.allSettled(requests);
  const stored = statuses.filter((one) => one.status === 'fulfilled' && one.value.status === 200).length;
  console.log(`${stored} requests answered with 200, ${producer.stats().storedRecords} records stored`);
});
