/**
 * What becomes of records that nobody awaits when a program comes to its end: left alone it waits for them, and where it fails
 * `closeOnCrash` settles them first. `process.exit()` waits for nothing: close the producer before.
 * On AWS: leave out the local Kinesis, and give `clientConfig: { region: 'eu-west-1' }`, or nothing where the environment says.
 */
import { startLocalKinesis } from '@shardline/local';
import { Producer } from '@shardline/producer';
import { closeOnCrash } from './life-cycle/close-on-crash.js';

const kinesis = await startLocalKinesis({ streams: [{ name: 'orders', shards: 1 }] });
const producer = new Producer({ stream: 'orders', clientConfig: kinesis.clientConfig });
closeOnCrash(producer);

for (let order = 1; order <= 100; order += 1) {
  producer
    .put({ partitionKey: 'ana', data: `order ${order}` })
    // Without this a record that fails is an unhandled rejection, which ends the process and takes the others along.
    .catch((error) => console.error(`order ${order}: ${error.message}`));
}
console.log(`${producer.stats().outstandingRecords} orders are on their way`);

process.once('exit', (status) => {
  console.log(`${producer.stats().storedRecords} orders stored; the process ends with ${status}`);
});
setTimeout(() => {
  throw new Error('a bug of ours');
}, 10);
