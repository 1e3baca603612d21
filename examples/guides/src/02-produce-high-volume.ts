/**
 * Puts as fast as the stream takes records, without a promise for each: `tryPut` says at once whether there is room, and outcomes
 * come in groups, one for each Kinesis record. Memory stays bounded however fast the source is.
 * On AWS: leave out the local Kinesis, and give `clientConfig: { region: 'eu-west-1' }`, or nothing where the environment says.
 */
import { setImmediate } from 'node:timers/promises';
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';

const kinesis = await startLocalKinesis({ streams: [{ name: 'clicks', shards: 4 }] });
const failed = new Map<string, number>();
let settled = 0;

const producer = new Producer({
  stream: 'clicks',
  clientConfig: kinesis.clientConfig,
  maxOutstandingRecords: 10_000, // accepted and not settled: the bound of what a crash can lose
  onOutcomes(outcomes) {
    settled += outcomes.length;
    for (const { error } of outcomes.failures()) failed.set(error.code, (failed.get(error.code) ?? 0) + 1);
  },
});
await producer.start(); // optional: connects and fetches the shard map before the first record comes

for (let click = 1; click <= 50_000; click += 1) {
  const record = { partitionKey: `visitor-${click % 997}`, data: `{"click":${click}}` };
  while (!producer.tryPut(record)) await producer.waitForRoom(); // back-pressure: the source waits here
  if (click % 1_000 === 0) await setImmediate(); // a loop that never lets go keeps answers from being read
}
await producer.close();

const { storedRecords, storedEntries, requests } = producer.stats();
console.log(`${settled} clicks settled, ${storedRecords} stored`);
for (const [code, records] of failed) console.log(`${records} failed with ${code}`);
console.log(`${(storedRecords / storedEntries).toFixed(0)} clicks to a Kinesis record, ${requests} requests`);
await kinesis.close();
