/**
 * A producer in each of two worker threads, for more than one core can put. A key always goes to the same thread, since order is
 * kept within one producer; at the end each thread closes its own before it goes.
 * On AWS: leave out the local Kinesis, and hand `{ region: 'eu-west-1' }` to the threads.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';

if (isMainThread) await main();
else await work();

async function main(): Promise<void> {
  const kinesis = await startLocalKinesis({ streams: [{ name: 'clicks', shards: 2 }] });
  const threads = [0, 1].map(() => startThread(kinesis.clientConfig));
  for (let click = 0; click < 1_000; click += 1) {
    const visitor = click % 10;
    threads[visitor % threads.length]?.postMessage({ partitionKey: `visitor-${visitor}`, data: `${click}` });
  }
  // Never terminate(): it ends a thread with what its producer holds.
  const stored = await Promise.all(
    threads.map(async (thread) => {
      thread.postMessage('close');
      const [count] = await once(thread, 'message');
      await once(thread, 'exit');
      return count as number;
    }),
  );
  console.log(`${stored.reduce((sum, one) => sum + one, 0)} clicks stored by ${threads.length} threads`);
  await kinesis.close();
}

/** In a program that is compiled: `new Worker(new URL(import.meta.url), { workerData })`. This one runs as TypeScript, by tsx. */
function startThread(clientConfig: object): Worker {
  const begin = `import('tsx/esm/api').then((tsx) => (tsx.register(), import('${import.meta.url}')))`;
  return new Worker(begin, { eval: true, workerData: clientConfig });
}

async function work(): Promise<void> {
  const producer = new Producer({ stream: 'clicks', clientConfig: workerData });
  parentPort?.on('message', async (message) => {
    if (message !== 'close') {
      producer.put(message).catch((error) => console.error(error.message));
      return;
    }
    await producer.close();
    parentPort?.postMessage(producer.stats().storedRecords);
    parentPort?.close(); // lets the thread end
  });
}
