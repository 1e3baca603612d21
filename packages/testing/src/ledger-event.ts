/** A user record that the producer accepted. */
export interface AcceptedRecord {
  /** What its order is judged by: records with the same key, written by one ledger, stand in the stream in this order. */
  readonly key: string;
  /** What the record is recognised by in the stream. No two records of a run share one. */
  readonly id: string;
  /** A checksum of its data, 0 to 4,294,967,295, if the data is to be checked too. */
  readonly checksum?: number;
}

/** An accepted user record that the producer gave up. */
export interface FailedRecord {
  /** The id under which it was accepted. */
  readonly id: string;
  /** Whether the producer said that the record may be in the stream all the same. */
  readonly mayBeStored: boolean;
}

/** A user record that a consumer's handler has processed. */
export interface DeliveredRecord {
  /** The key under which it was accepted. */
  readonly key: string;
  /** The id under which it was accepted. */
  readonly id: string;
  /** The shard that it came from. */
  readonly shardId: string;
  /** Sequence number of the record that it is, or is in. */
  readonly sequenceNumber: string;
  /** Its index in its aggregate; 0 when it is not in one. */
  readonly subSequenceNumber: number;
}

/** One line of a ledger. */
export type LedgerEvent =
  | ({ readonly event: 'accepted' } & AcceptedRecord)
  | ({ readonly event: 'failed' } & FailedRecord)
  | ({ readonly event: 'delivered' } & DeliveredRecord);

/** What the lines of each kind of event begin with. */
export const beginningOf = Object.freeze({
  accepted: '{"event":"accepted",',
  failed: '{"event":"failed",',
  delivered: '{"event":"delivered",',
});

/** The line for an accepted record. Built by hand: it is written once for every record of a load test. */
export function acceptedLine({ key, id, checksum }: AcceptedRecord): string {
  const tail = checksum === undefined ? '}\n' : `,"checksum":${checksum}}\n`;
  return `${beginningOf.accepted}"key":${JSON.stringify(key)},"id":${JSON.stringify(id)}${tail}`;
}

/** The line for a failed record. */
export function failedLine({ id, mayBeStored }: FailedRecord): string {
  return `${beginningOf.failed}"id":${JSON.stringify(id)},"mayBeStored":${mayBeStored}}\n`;
}

/** The line for a delivered record; by hand too. */
export function deliveredLine({
  key,
  id,
  shardId,
  sequenceNumber,
  subSequenceNumber,
}: DeliveredRecord): string {
  const place = `"shardId":${JSON.stringify(shardId)},"sequenceNumber":${JSON.stringify(sequenceNumber)}`;
  const what = `"key":${JSON.stringify(key)},"id":${JSON.stringify(id)}`;
  return `${beginningOf.delivered}${what},${place},"subSequenceNumber":${subSequenceNumber}}\n`;
}

/** The event that a line stands for; `undefined` when no ledger wrote it. */
export function parseLine(line: string): LedgerEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { event, ...facts } = value as Record<string, unknown>;
  if (event === 'accepted') return acceptedEvent(facts);
  if (event === 'failed') return failedEvent(facts);
  return event === 'delivered' ? deliveredEvent(facts) : undefined;
}

type Facts = Readonly<Record<string, unknown>>;

function acceptedEvent({ key, id, checksum }: Facts): LedgerEvent | undefined {
  if (typeof key !== 'string' || typeof id !== 'string') return undefined;
  if (checksum === undefined) return { event: 'accepted', key, id };
  return typeof checksum === 'number' ? { event: 'accepted', key, id, checksum } : undefined;
}

function failedEvent({ id, mayBeStored }: Facts): LedgerEvent | undefined {
  if (typeof id !== 'string' || typeof mayBeStored !== 'boolean') return undefined;
  return { event: 'failed', id, mayBeStored };
}

function deliveredEvent(facts: Facts): LedgerEvent | undefined {
  const { key, id, shardId, sequenceNumber, subSequenceNumber } = facts;
  if (typeof key !== 'string' || typeof id !== 'string' || typeof shardId !== 'string') return undefined;
  if (typeof sequenceNumber !== 'string' || typeof subSequenceNumber !== 'number') return undefined;
  return { event: 'delivered', key, id, shardId, sequenceNumber, subSequenceNumber };
}
