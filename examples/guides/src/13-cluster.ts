/**
 * A producer in each process of a cluster. SIGTERM comes to the primary alone (to process 1 of a container): it tells the workers,
 * each closes its producer, and the primary waits for them, so that the exit status says whether all is stored.
 * On AWS: leave out the local Kinesis and its endpoint; the environment has region and credentials.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';

if (cluster.isPrimary) await primary();
else await work();

async function primary(): Promise<void> {
  const kinesis = await startLocalKinesis({ streams: [{ name: 'clicks', shards: 2 }] });
  const CLIENT_CONFIG = JSON.stringify(kinesis.clientConfig);
  const workers = [1, 2].map(() => cluster.fork({ CLIENT_CONFIG }));
  process.once('SIGTERM', async () => {
    console.log('SIGTERM: telling the workers');
    const statuses = await Promise.all(workers.map(end));
    console.log(`the workers ended with ${statuses.join(' and ')}`);
    process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
    await kinesis.close();
  });
  await Promise.all(workers.map((worker) => once(worker, 'message'))); // each has begun
  process.kill(process.pid, 'SIGTERM'); // what Kubernetes would send
}

async function end(worker: Worker): Promise<number> {
  worker.process.kill('SIGTERM');
  const [status] = await once(worker.process, 'exit');
  return status ?? 1;
}

async function work(): Promise<void> {
  const clientConfig = JSON.parse(process.env.CLIENT_CONFIG ?? '{}');
  const producer = new Producer({ stream: 'clicks', clientConfig });
  process.once('SIGTERM', async () => {
    try {
      await producer.close({ deadlineMs: 20_000 });
      console.log(`a worker stored ${producer.stats().storedRecords} clicks`);
    } catch (error) {
      console.error((error as Error).message);
      process.exitCode = 1;
    }
    cluster.worker?.disconnect(); // the channel to the primary keeps a worker alive
  });
  for (let click = 0; click < 500; click += 1) {
    producer
      .put({ partitionKey: `visitor-${click % 10}`, data: `${click}` })
      .catch((error) => console.error(error.message));
  }
  process.send?.('begun');
}
