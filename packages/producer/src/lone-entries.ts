import { AbortableSink } from './abortable-sink.js';
import type { Entry } from './entry.js';
import type { Sink } from './sink.js';

/**
 * Where in `entries`, which only grows at its end, the records of calls with a signal wait by themselves. Made at an abort and brought up
 * to date at the next: of many puts with a signal each, each abort looks for its own instead of at all that waits.
 */
export class LoneEntries {
  readonly #entries: readonly (Entry | undefined)[];
  /** Up to where they were looked at. */
  #known = 0;
  /** The last place of each sink; before it come the others of a batch, linked by `#earlier`. */
  readonly #last = new Map<Sink, number>();
  readonly #earlier: (number | undefined)[] = [];

  constructor(entries: readonly (Entry | undefined)[]) {
    this.#entries = entries;
  }

  /** The places of `sinks`, in order. What is there may be taken since, or sent. Each sink is asked for once: it has one signal. */
  take(sinks: ReadonlySet<Sink>): readonly number[] {
    this.#catchUp();
    const places: number[] = [];
    for (const sink of sinks) {
      for (let at = this.#last.get(sink); at !== undefined; at = this.#earlier[at]) places.push(at);
      this.#last.delete(sink);
    }
    return places.sort((one, other) => one - other);
  }

  /** All that stands before `end` is about to be taken, from `start` on: sinks that are settled must not be kept (P2). */
  forget(start: number, end: number): void {
    for (let at = start; at < end; at += 1) {
      const sink = this.#entries[at]?.members.sinks[0];
      if (sink && this.#last.get(sink) === at) this.#last.delete(sink);
    }
  }

  #catchUp(): void {
    for (; this.#known < this.#entries.length; this.#known += 1) {
      const entry = this.#entries[this.#known];
      const sink = entry && !entry.aggregated ? entry.members.sinks[0] : undefined;
      const isWatched = sink instanceof AbortableSink;
      this.#earlier.push(isWatched ? this.#last.get(sink) : undefined);
      if (isWatched) this.#last.set(sink, this.#known);
    }
  }
}
