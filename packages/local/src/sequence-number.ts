/**
 * Sequence numbers: 56 decimal digits, as the service's, so that comparing them as text and as numbers is the same.
 *
 * | digits | what |
 * | --- | --- |
 * | 2 | `49` |
 * | 14 | epoch of the shard: rises with every shard of the account, so a child's numbers lie above its parents' |
 * | 8 | number of the shard in its stream |
 * | 14 | serial number in the shard |
 * | 14 | arrival, milliseconds since 1970 |
 * | 4 | `0002` |
 */
const lead = '49';
const tail = '0002';
const totalDigits = 56;
const shardDigits = 8;
const prefixDigits = 24;

/** The digits that all sequence numbers of a shard begin with. */
export function sequencePrefix(epoch: number, shardNumber: number): string {
  return lead + String(epoch).padStart(14, '0') + String(shardNumber).padStart(shardDigits, '0');
}

/** The sequence number with this serial number. */
export function formatSequenceNumber(prefix: string, serial: number, arrivalMs: number): string {
  return prefix + String(serial).padStart(14, '0') + String(arrivalMs).padStart(14, '0') + tail;
}

/** How many serial numbers share the digits before their last. */
const stretch = 1_000;
const lastDigits: readonly string[] = Object.freeze(
  Array.from({ length: stretch }, (_, index) => String(index).padStart(3, '0')),
);

/**
 * The sequence numbers of one shard, as {@link formatSequenceNumber} writes them. They are asked for in order, by the
 * hundred thousand, and neighbours differ in a few digits: the others are kept from one to the next.
 */
export class SequenceNumbers {
  readonly #prefix: string;
  #stretch = Number.NaN;
  #head = '';
  #arrivalMs = Number.NaN;
  #tail = '';

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  format(serial: number, arrivalMs: number): string {
    const within = serial % stretch;
    if (serial - within !== this.#stretch) {
      this.#stretch = serial - within;
      this.#head = this.#prefix + String(this.#stretch / stretch).padStart(11, '0');
    }
    if (arrivalMs !== this.#arrivalMs) {
      this.#arrivalMs = arrivalMs;
      this.#tail = String(arrivalMs).padStart(14, '0') + tail;
    }
    return this.#head + lastDigits[within] + this.#tail;
  }
}

/** Whether `text` has the form of one of our sequence numbers. */
export function isSequenceNumber(text: string): boolean {
  return text.length === totalDigits && text.startsWith(lead) && /^\d+$/.test(text);
}

/** The prefix of a sequence number that {@link isSequenceNumber} accepts. */
export function prefixOf(sequenceNumber: string): string {
  return sequenceNumber.slice(0, prefixDigits);
}

/** The shard's number out of a sequence number that {@link isSequenceNumber} accepts. */
export function shardNumberOf(sequenceNumber: string): number {
  return Number(sequenceNumber.slice(prefixDigits - shardDigits, prefixDigits));
}
