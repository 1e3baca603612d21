/**
 * A place in a shard: everything up to and including it is done. A sentinel stands where there is no sequence number yet, or
 * none any more.
 *
 * Order: AT_TIMESTAMP, TRIM_HORIZON, LATEST, then sequence numbers by value, then by sub-sequence number, then SHARD_END.
 */
export interface Checkpoint {
  /** A sequence number in decimal, AT_TIMESTAMP, TRIM_HORIZON, LATEST, or SHARD_END. */
  readonly sequenceNumber: string;
  /** Index of the user record inside its aggregate; 0 for a record alone and for sentinels. */
  readonly subSequenceNumber: number;
}

/** Where a shard is read from that has no checkpoint yet. */
export type InitialSentinel = 'AT_TIMESTAMP' | 'TRIM_HORIZON' | 'LATEST';

/** The checkpoint of a shard that is read to its end. */
export const shardEnd: Checkpoint = Object.freeze({ sequenceNumber: 'SHARD_END', subSequenceNumber: 0 });

const ranks: Readonly<Record<string, number>> = Object.freeze({
  AT_TIMESTAMP: -3,
  TRIM_HORIZON: -2,
  LATEST: -1,
  SHARD_END: 1,
});

/** Negative when `a` is before `b`, 0 when they are the same place. */
export function compareCheckpoints(a: Checkpoint, b: Checkpoint): number {
  const rankA = ranks[a.sequenceNumber] ?? 0;
  const rankB = ranks[b.sequenceNumber] ?? 0;
  if (rankA !== 0 || rankB !== 0) return rankA - rankB;
  const order = compareSequenceNumbers(a.sequenceNumber, b.sequenceNumber);
  return order === 0 ? a.subSequenceNumber - b.subSequenceNumber : order;
}

/** Compares sequence numbers by value; they are longer than a number holds, and hardly ever have leading zeros. */
export function compareSequenceNumbers(a: string, b: string): number {
  if (a.length === b.length) return a < b ? -1 : Number(a > b);
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : Number(left > right);
}

/** Whether a shard with this checkpoint has not been read yet, as far as anybody knows. */
export function isInitial(checkpoint: Checkpoint): boolean {
  return (ranks[checkpoint.sequenceNumber] ?? 0) < 0;
}

/** Whether a shard with this checkpoint is finished. */
export function isShardEnd(checkpoint: Checkpoint): boolean {
  return checkpoint.sequenceNumber === shardEnd.sequenceNumber;
}
