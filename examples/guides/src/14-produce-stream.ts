/**
 * Puts what a Node stream gives, such as the lines of a file: the source is read only as fast as the stream takes records, and the
 * pipeline ends when each record is stored, or was told of. A web stream goes the same way: `source.pipeTo(producer.writableStream())`.
 * On AWS: leave out the local Kinesis, and give `clientConfig: { region: 'eu-west-1' }`, or nothing where the environment says.
 */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startLocalKinesis } from '@shardline/local';
import { Producer, type UserRecord } from '@shardline/producer';

const kinesis = await startLocalKinesis({ streams: [{ name: 'visits', shards: 2 }] });
const producer = new Producer({ stream: 'visits', clientConfig: kinesis.clientConfig });

const visits = Array.from({ length: 20_000 }, (_, at) => `visitor-${at % 500},/page/${at % 70}\n`);
const file = Readable.from([...visits, ',/page/of-nobody\n']); // on disk: createReadStream('visits.csv')

async function* toRecords(lines: AsyncIterable<string>): AsyncGenerator<UserRecord> {
  for await (const line of lines) {
    const [visitor = '', page] = line.split(',');
    yield { partitionKey: visitor, data: JSON.stringify({ page }) };
  }
}

// Without onFailure the first record that is refused or not stored would end the pipeline with its error.
const sink = producer.writable({
  onFailure: (error, record) => console.log(`not stored: ${error.code} ${record.data}`),
});
await pipeline(toRecords(createInterface({ input: file })), sink);
console.log(`${sink.takenRecords} visits taken, ${producer.stats().storedRecords} stored`);

await producer.close();
await kinesis.close();
