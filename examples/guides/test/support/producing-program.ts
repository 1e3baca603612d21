/**
 * A program with a producer that comes to its end in one of several ways; run by life-cycle.integration.test.ts in a process of its own,
 * against a local Kinesis in the test's.
 */
import { Producer } from '@shardline/producer';
import { closeOnCrash } from '../../src/life-cycle/close-on-crash.js';
import { ingestServer } from '../../src/life-cycle/ingest-server.js';

const { CLIENT_CONFIG = '{}', PRODUCER_OPTIONS = '{}' } = process.env;
const producer = new Producer({
  stream: 'tweets',
  clientConfig: JSON.parse(CLIENT_CONFIG),
  onOutcomes(outcomes) {
    for (const { error } of outcomes.failures()) console.log(`failed: ${error.code}`);
  },
  ...JSON.parse(PRODUCER_OPTIONS),
});

function putUnawaited(count = 100): void {
  for (let at = 0; at < count; at += 1)
    producer.put({ partitionKey: `key-${at % 7}`, data: `${at}` }).catch(() => {});
}

const ways: Record<string, () => void | Promise<void>> = {
  'end of the program': () => putUnawaited(),
  async 'end of the program, idle'() {
    await producer.start();
    await producer.put({ partitionKey: 'a', data: '0' });
  },
  'process.exit'() {
    putUnawaited();
    process.exit(0);
  },
  'uncaught exception'() {
    putUnawaited();
    throw new Error('a bug');
  },
  'uncaught exception, closed on a crash'() {
    closeOnCrash(producer);
    putUnawaited();
    setTimeout(() => {
      throw new Error('another bug on the way down');
    }, 20);
    throw new Error('a bug');
  },
  'rejection that nobody handles'() {
    putUnawaited();
    void producer.put({ partitionKey: '', data: 'no key' });
  },
  'rejection that nobody handles, closed on a crash'() {
    closeOnCrash(producer, 500);
    putUnawaited();
    void producer.put({ partitionKey: '', data: 'no key' });
  },
  beforeExit() {
    putUnawaited();
    process.once('beforeExit', () => console.log(`outstanding: ${producer.stats().outstandingRecords}`));
  },
  SIGTERM() {
    putUnawaited();
    process.kill(process.pid, 'SIGTERM');
    setInterval(() => {}, 1_000);
  },
  'a web server'() {
    const { server, shutDown } = ingestServer(producer);
    process.once('SIGTERM', async () => {
      process.exitCode = (await shutDown(Number(process.env.DEADLINE_MS))) ? 0 : 1;
      process.disconnect();
    });
    server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
  },
  /** Does as it is told by the test, which freezes it in between. */
  async 'a function that is frozen'() {
    await producer.start();
    process.on('message', async (count: number) => {
      const records = Array.from({ length: count }, (_, at) => ({ partitionKey: 'a', data: `${at}` }));
      const outcomes = [...(await producer.putMany(records))];
      process.send?.({
        settled: outcomes.length,
        stored: outcomes.filter(({ stored }) => stored).length,
        outstanding: producer.stats().outstandingRecords,
      });
    });
    process.send?.('ready');
  },
};

await ways[process.argv[2] ?? '']?.();
