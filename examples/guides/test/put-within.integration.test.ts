import { readFile } from 'node:fs/promises';
import { type Fault, startLocalKinesis } from '@shardline/local';
import { Producer, type ProducerOptions } from '@shardline/producer';
import { expect, onTestFinished, test, vi } from 'vitest';
import { putWithin } from '../src/put-within.js';

const record = { partitionKey: 'a', data: 'b' };
const long = 60_000;

async function producerWith(
  options: Partial<ProducerOptions>,
  faults: readonly Fault[] = [],
): Promise<Producer> {
  const kinesis = await startLocalKinesis({ streams: [{ name: 'tweets', shards: 1 }], faults });
  onTestFinished(() => kinesis.close());
  const producer = new Producer({ stream: 'tweets', clientConfig: kinesis.clientConfig, ...options });
  onTestFinished(() => producer.close().catch(() => undefined)); // closed already by some
  await producer.start();
  return producer;
}

test('says that a record is stored, and leaves no timer behind', async () => {
  const producer = await producerWith({ lingerMs: 0 });
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  onTestFinished(() => cleared.mockRestore());
  const set = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => set.mockRestore());
  expect(await putWithin(producer, record, long)).toBe('stored');
  const at = set.mock.calls.findIndex(([, ms]) => ms === long);
  expect(cleared).toHaveBeenCalledWith(set.mock.results[at]?.value);
});

test('does not know of a record that is in an aggregate: it is stored later', async () => {
  const producer = await producerWith({ lingerMs: 60_000 });
  expect(await putWithin(producer, record, 10)).toBe('not known yet');
  await producer.flush();
  expect(producer.stats().storedRecords).toBe(1);
});

test('knows that a record which waited for room is not stored', async () => {
  const fault = { kind: 'stall', operation: 'PutRecords' } as const; // the first record is not answered
  const producer = await producerWith({ maxOutstandingRecords: 1 }, [fault]);
  const first = producer.put(record);
  expect(await putWithin(producer, record, 10)).toBe('not stored');
  await producer.close({ deadlineMs: 0 }).catch(() => undefined);
  await expect(first).rejects.toMatchObject({ code: 'SHUTDOWN_TIMEOUT' });
  expect(producer.stats().acceptedRecords).toBe(1);
});

test('rejects with what else became of it', async () => {
  const producer = await producerWith({});
  await producer.close();
  await expect(putWithin(producer, record, long)).rejects.toMatchObject({ code: 'PRODUCER_CLOSED' });
});

test('is what docs/running-a-producer.md shows', async () => {
  const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');
  expect(await read('../../docs/running-a-producer.md')).toContain((await read('src/put-within.ts')).trim());
});
