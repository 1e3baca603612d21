import { type CaseParameters, numberParameter, type PreparedCase } from '../benchmark.js';
import { readyCall } from '../workload/json-caller.js';
import { startKinesis } from '../workload/kinesis-under-test.js';
import { type JsonEntry, jsonEntries, requireSameRecords } from '../workload/local-records.js';

const STREAM = 's';
const SHARD = 'shardId-000000000000';
const MOST_ENTRIES = 500;

/** GetRecords of the same page, over and over, from a server in a process of its own, whose CPU time counts. */
export async function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  const server = await startKinesis(parameters);
  const { caller } = server;
  const put = jsonEntries(
    numberParameter(parameters, 'pageRecords'),
    numberParameter(parameters, 'recordBytes'),
  );
  const pages = numberParameter(parameters, 'pages');
  await server.createStream(STREAM, 1);
  for (let first = 0; first < put.length; first += MOST_ENTRIES) {
    const Records = put.slice(first, first + MOST_ENTRIES);
    await caller.call('PutRecords', { StreamName: STREAM, Records });
  }
  const from = { StreamName: STREAM, ShardId: SHARD, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = (await caller.call('GetShardIterator', from)) as { ShardIterator: string };
  const read = readyCall('GetRecords', { ShardIterator });
  return {
    cpuSeconds: () => server.cpuSeconds(),
    async prove() {
      const { Records } = JSON.parse((await caller.send(read)).toString()) as { Records: JsonEntry[] };
      requireSameRecords(Records, put);
    },
    async lap() {
      for (let page = 0; page < pages; page += 1) await caller.send(read);
      return pages * put.length;
    },
    close: () => server.close(),
  };
}
