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

/** One line of a ledger. */
export type LedgerEvent =
  | ({ readonly event: 'accepted' } & AcceptedRecord)
  | ({ readonly event: 'failed' } & FailedRecord);

/** What the lines of each kind of event begin with. */
export const beginningOf = Object.freeze({ accepted: '{"event":"accepted",', failed: '{"event":"failed",' });

/** The line for an accepted record. Built by hand: it is written once for every record of a load test. */
export function acceptedLine({ key, id, checksum }: AcceptedRecord): string {
  const tail = checksum === undefined ? '}\n' : `,"checksum":${checksum}}\n`;
  return `${beginningOf.accepted}"key":${JSON.stringify(key)},"id":${JSON.stringify(id)}${tail}`;
}

/** The line for a failed record. */
export function failedLine({ id, mayBeStored }: FailedRecord): string {
  return `${beginningOf.failed}"id":${JSON.stringify(id)},"mayBeStored":${mayBeStored}}\n`;
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
  const { event, key, id, checksum, mayBeStored } = value as Record<string, unknown>;
  if (typeof id !== 'string') return undefined;
  if (event === 'failed') return typeof mayBeStored === 'boolean' ? { event, id, mayBeStored } : undefined;
  if (event !== 'accepted' || typeof key !== 'string') return undefined;
  if (checksum === undefined) return { event, key, id };
  return typeof checksum === 'number' ? { event, key, id, checksum } : undefined;
}
