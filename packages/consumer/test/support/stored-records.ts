import {
  AggregateEncoder,
  deaggregate,
  hashKeyOf,
  type KinesisRecord,
  type UserRecord,
} from '@shardline/aggregation';

/** A record for a test: `partition key` or `partition key:data`; several of them make an aggregate. */
export type Members = string | readonly string[];

/** As long as the service's, and in their order. */
export function sequenceNumber(at: number): string {
  return `4966${String(at).padStart(52, '0')}`;
}

/** A stored record: one user record as it is, or an aggregate of several (or of one, in an array). */
export function stored(at: number, members: Members): KinesisRecord {
  const [first] = [members].flat();
  return {
    Data: typeof members === 'string' ? Buffer.from(dataOf(members)) : aggregateOf(members),
    PartitionKey: keyOf(first ?? ''),
    SequenceNumber: sequenceNumber(at),
    ApproximateArrivalTimestamp: new Date(1_767_225_600_000 + at),
  };
}

/** Stored records numbered from `from` on. */
export function storedFrom(from: number, all: readonly Members[]): readonly KinesisRecord[] {
  return all.map((members, index) => stored(from + index, members));
}

/** An aggregate's bytes. */
export function aggregateOf(members: readonly string[]): Uint8Array {
  const encoder = new AggregateEncoder();
  for (const member of members) {
    const key = keyOf(member);
    encoder.tryAdd(key, undefined, dataOf(member), hashKeyOf(key) ?? new Uint32Array(4), 1 << 20);
  }
  return encoder.seal();
}

/** User records of stored ones, all of them. */
export function userRecordsOf(records: readonly KinesisRecord[]): readonly UserRecord[] {
  return [...deaggregate(records)];
}

/** A user record in short: number of its stored record, index, data. */
export function shortOf(record: UserRecord): string {
  return `${Number(record.sequenceNumber.slice(4))}/${record.subSequenceNumber} ${record.text()}`;
}

function keyOf(member: string): string {
  return member.split(':')[0] ?? '';
}

function dataOf(member: string): string {
  return member.split(':')[1] ?? member;
}
