import type { LocalKinesis } from '@shardline/local';
import { type ReadAs, readStream as readPages, type World } from '@shardline/testing';

/** A user record as a reader with KCL's rules meets it. */
export interface ReadRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly partitionKey: string;
  readonly text: string;
}

/**
 * Reads a whole stream, parents before children, with a codec that shares no code with the producer's. By KCL's rule an aggregate
 * with any member outside its shard's range is dropped whole.
 */
export async function readStream(
  world: World,
  kinesis: LocalKinesis,
  stream: string,
  readAs: ReadAs,
): Promise<ReadRecord[]> {
  const read: ReadRecord[] = [];
  const { clock, random } = world;
  for await (const page of readPages({ kinesis, stream, clock, random, readAs })) {
    for (const { shardId, sequenceNumber, subSequenceNumber, partitionKey, data } of page.userRecords) {
      const text = Buffer.from(data).toString();
      read.push({ shardId, sequenceNumber, subSequenceNumber, partitionKey, text });
    }
  }
  return read;
}
