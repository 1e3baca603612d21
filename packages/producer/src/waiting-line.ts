/** A call that waits for its turn: a put, the rest of a putMany, or somebody who only waits for room. */
export interface Waiter {
  /** Bytes of the record that comes next; infinite while that cannot be told; undefined when none is left. */
  nextBytes(): number | undefined;
  /** Room was made for that record. */
  admit(): void;
  /** It waits no longer. */
  fail(error: Error): void;
}

/** A place in a {@link WaitingLine}, and what of its call is counted: that was estimated before its records were looked at. */
export interface Place {
  readonly waiter: Waiter;
  /** Room is only kept for it: it has no record in hand that could be let in. */
  readonly isForRoom: boolean;
  records: number;
  bytes: number;
}

/** Calls in the order in which they came, with what they wait with. */
export class WaitingLine {
  /** Undefined before the head. */
  #places: (Place | undefined)[] = [];
  #head = 0;
  #records = 0;
  #bytes = 0;

  /** The call whose turn it is. */
  get first(): Place | undefined {
    return this.#places[this.#head];
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(place: Place): void {
    this.#places.push(place);
    this.#records += place.records;
    this.#bytes += place.bytes;
  }

  /** One record of a call waits no more. No more bytes than the call was counted with are taken off. */
  shorten(place: Place, bytes: number): void {
    const share = Math.min(bytes, place.bytes);
    place.records -= 1;
    place.bytes -= share;
    this.#records -= 1;
    this.#bytes -= share;
  }

  /** Takes a call out of the line, mostly the first; false when it is not in it. */
  remove(place: Place): boolean {
    const at = this.#places.indexOf(place, this.#head);
    if (at < 0) return false;
    this.#records -= place.records;
    this.#bytes -= place.bytes;
    if (at === this.#head) {
      this.#places[at] = undefined;
      this.#head += 1;
    } else this.#places.splice(at, 1);
    if (this.#head * 2 < this.#places.length) return true;
    this.#places = this.#places.slice(this.#head);
    this.#head = 0;
    return true;
  }
}
