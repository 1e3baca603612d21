import type { _Record } from '@aws-sdk/client-kinesis';
import type { RecordLog } from './record-log.js';

/** A stretch of a shard's records, and where the next one begins. */
export interface RecordPage {
  readonly records: readonly _Record[];
  readonly bytes: number;
  readonly position: number;
  readonly timeMs: number;
}

/** How far a page may reach. */
export interface PageBounds {
  readonly maxRecords: number;
  /** Data plus partition keys; a page of one record may be larger. */
  readonly maxBytes: number;
  readonly emptyPageGapMs: number;
  readonly now: number;
}

/**
 * Reads on from `start`. Records that lie far apart in time are not put on one page, and a far gap ahead is answered by
 * an empty page first, as the service does: an empty page does not mean that nothing is left.
 */
export function readPage(
  log: RecordLog,
  start: { readonly position: number; readonly timeMs: number },
  { maxRecords, maxBytes, emptyPageGapMs, now }: PageBounds,
): RecordPage {
  const records: _Record[] = [];
  let position = Math.max(start.position, log.first);
  let { timeMs } = start;
  let bytes = 0;
  for (let record = log.at(position); record && records.length < maxRecords; record = log.at(position)) {
    if (record.arrivalMs - timeMs > emptyPageGapMs) {
      timeMs = records.length === 0 ? record.arrivalMs : timeMs;
      break;
    }
    if (records.length > 0 && bytes + record.sizeBytes > maxBytes) break;
    const read: _Record = {
      SequenceNumber: record.sequenceNumber,
      ApproximateArrivalTimestamp: new Date(record.arrivalMs),
      Data: log.copyData(position),
      PartitionKey: record.partitionKey,
    };
    if (log.encryption.covers(position)) read.EncryptionType = 'KMS';
    records.push(read);
    bytes += record.sizeBytes;
    timeMs = record.arrivalMs;
    position += 1;
  }
  return { records, bytes, position, timeMs: position < log.end ? timeMs : Math.floor(now) };
}

/** How far a place in a log lies behind its newest record; 0 when nothing is left to read. */
export function millisBehind(log: RecordLog, position: number, now: number): number {
  const next = log.at(position);
  return next === undefined ? 0 : Math.max(1, Math.floor(now - next.arrivalMs));
}
