import type { DeliveredRecord } from './ledger-event.js';

/** In {@link DeliveredPlaces}: delivered to more than one worker. */
const several = -1;

/**
 * The places in the stream that were delivered, by number. Columns instead of an object a place, since a load test leaves
 * millions.
 */
export class DeliveredPlaces {
  readonly #numberOf = new Map<string, number>();
  readonly #shardIds: string[] = [];
  readonly #sequenceNumbers: string[] = [];
  readonly #subSequenceNumbers: number[] = [];
  readonly #workers: number[] = [];
  readonly #recordAt: number[] = [];

  /** The place of a record delivered to a worker; new places get the next number. */
  add(
    { shardId, sequenceNumber, subSequenceNumber }: DeliveredRecord,
    worker: number,
    record: number,
  ): number {
    const text = `${shardId} ${sequenceNumber}/${subSequenceNumber}`;
    const known = this.#numberOf.get(text);
    if (known !== undefined) {
      if (this.#workers[known] !== worker) this.#workers[known] = several;
      return known;
    }
    const place = this.#shardIds.push(shardId) - 1;
    this.#numberOf.set(text, place);
    this.#sequenceNumbers.push(sequenceNumber);
    this.#subSequenceNumbers.push(subSequenceNumber);
    this.#workers.push(worker);
    this.#recordAt.push(record);
    return place;
  }

  /** How many there are: the number that the next one gets. */
  get size(): number {
    return this.#shardIds.length;
  }

  /** The record that was first delivered from there. */
  recordAt(place: number): number {
    return this.#recordAt[place] ?? -1;
  }

  /** Whether it was delivered to this worker and to no other. */
  isOnlyOf(place: number, worker: number): boolean {
    return this.#workers[place] === worker;
  }

  shardIdAt(place: number): string {
    return this.#shardIds[place] ?? '';
  }

  describe(place: number): string {
    return `${this.shardIdAt(place)} ${this.#sequenceNumbers[place]}/${this.#subSequenceNumbers[place]}`;
  }

  /** For each place its rank in the order of the stream: sequence numbers by value, a child's above those of its parents. */
  ranks(): Int32Array {
    const order = Array.from({ length: this.size }, (_, place) => place);
    order.sort((a, b) => this.#compare(a, b));
    const ranks = new Int32Array(order.length);
    for (const [rank, place] of order.entries()) ranks[place] = rank;
    return ranks;
  }

  #compare(a: number, b: number): number {
    const [left = '', right = ''] = [this.#sequenceNumbers[a], this.#sequenceNumbers[b]];
    if (left.length !== right.length) return left.length - right.length;
    if (left !== right) return left < right ? -1 : 1;
    return (this.#subSequenceNumbers[a] ?? 0) - (this.#subSequenceNumbers[b] ?? 0);
  }
}
