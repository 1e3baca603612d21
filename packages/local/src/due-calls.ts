/** Something that waits for its time. */
export interface DueCall {
  /** When it is due, in milliseconds on the clock of whoever keeps it. */
  readonly dueMs: number;
}

interface Entry<Call> {
  readonly call: Call;
  /** Decides among calls that are due together. */
  readonly order: number;
  /** Its place in the heap. */
  at: number;
}

/**
 * Calls by the order in which they are due, those due together by the order in which they were added: a binary heap whose
 * entries know their places, so that one that is cancelled leaves at once.
 */
export class DueCalls<Call extends DueCall = DueCall> {
  readonly #heap: Entry<Call>[] = [];
  readonly #entries = new Map<Call, Entry<Call>>();
  #added = 0;

  /** The one that is due first. */
  get first(): Call | undefined {
    return this.#heap[0]?.call;
  }

  add(call: Call): void {
    const entry = { call, order: this.#added, at: this.#heap.length };
    this.#added += 1;
    this.#entries.set(call, entry);
    this.#heap.push(entry);
    this.#rise(entry);
  }

  /** Takes a call out; one that is not there is no matter. */
  remove(call: Call): void {
    const entry = this.#entries.get(call);
    const last = this.#heap.at(-1);
    if (!entry || !last) return;
    this.#entries.delete(call);
    this.#heap.pop();
    if (last === entry) return;
    this.#put(last, entry.at);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(entry: Entry<Call>): void {
    for (;;) {
      const parent = this.#heap[(entry.at - 1) >> 1];
      if (!parent || !comesBefore(entry, parent)) return;
      this.#swap(entry, parent);
    }
  }

  #sink(entry: Entry<Call>): void {
    for (;;) {
      const left = this.#heap[2 * entry.at + 1];
      const right = this.#heap[2 * entry.at + 2];
      const child = left && right && comesBefore(right, left) ? right : left;
      if (!child || !comesBefore(child, entry)) return;
      this.#swap(entry, child);
    }
  }

  #swap(a: Entry<Call>, b: Entry<Call>): void {
    const { at } = a;
    this.#put(a, b.at);
    this.#put(b, at);
  }

  #put(entry: Entry<Call>, at: number): void {
    this.#heap[at] = entry;
    entry.at = at;
  }
}

function comesBefore(a: Entry<DueCall>, b: Entry<DueCall>): boolean {
  return a.call.dueMs < b.call.dueMs || (a.call.dueMs === b.call.dueMs && a.order < b.order);
}
