import { randomUUID } from 'node:crypto';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { type CaseParameters, numberParameter, type PreparedCase } from '../benchmark.js';
import { readyCall } from '../workload/json-caller.js';
import { type KinesisUnderTest, startKinesis } from '../workload/kinesis-under-test.js';
import { type JsonEntry, jsonEntries, requireSameRecords } from '../workload/local-records.js';
import { sdkClient } from '../workload/sdk-client.js';

const SHARD = 'shardId-000000000000';

/** PutRecords into one shard of a server in a process of its own, whose CPU time counts. A stream lives for one lap. */
export async function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  const server = await startKinesis(parameters);
  const recordBytes = numberParameter(parameters, 'recordBytes');
  const entries = jsonEntries(numberParameter(parameters, 'entries'), recordBytes);
  const requests = numberParameter(parameters, 'requests');
  const put = parameters.client === 'sdk' ? sdkPut(server, entries) : rawPut(server, entries);
  let stream: string | undefined;
  const renew = async () => {
    if (stream !== undefined) await server.caller.call('DeleteStream', { StreamName: stream });
    stream = `s-${randomUUID()}`;
    await server.createStream(stream, 1);
    return stream;
  };
  return {
    cpuSeconds: () => server.cpuSeconds(),
    async prove() {
      const name = await renew();
      await put(name)();
      requireSameRecords(await readBack(server, name), entries);
    },
    stage: async () => {
      await renew();
    },
    async lap() {
      const send = put(stream ?? '');
      for (let request = 0; request < requests; request += 1) await send();
      return requests * entries.length;
    },
    close: () => server.close(),
  };
}

/** Of a stream, what puts all entries into it once. */
type Put = (stream: string) => () => Promise<void>;

function rawPut({ caller }: KinesisUnderTest, entries: readonly JsonEntry[]): Put {
  return (StreamName) => {
    const call = readyCall('PutRecords', { StreamName, Records: entries });
    return async () => {
      const answer = await caller.send(call);
      if (!answer.includes('"FailedRecordCount":0'))
        throw new Error(`PutRecords: ${answer.subarray(0, 200)}`);
    };
  };
}

function sdkPut({ endpoint }: KinesisUnderTest, entries: readonly JsonEntry[]): Put {
  const client = sdkClient(endpoint);
  const Records = entries.map(({ Data, PartitionKey }) => ({
    Data: Buffer.from(Data, 'base64'),
    PartitionKey,
  }));
  return (StreamName) => async () => {
    const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName, Records }));
    if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} entries failed`);
  };
}

async function readBack({ caller }: KinesisUnderTest, StreamName: string): Promise<readonly JsonEntry[]> {
  const from = { StreamName, ShardId: SHARD, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = (await caller.call('GetShardIterator', from)) as { ShardIterator: string };
  const answer = await caller.call('GetRecords', { ShardIterator });
  return (answer as { Records: JsonEntry[] }).Records;
}
