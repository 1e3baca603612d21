import type { Trouble } from './verdict.js';

/** Counts troubles by kind and keeps the first few of each. */
export class TroubleList<Kind extends string = Trouble> {
  readonly #listed: number;
  readonly #counts = new Map<Kind, number>();
  readonly #examples = new Map<Kind, string[]>();

  constructor(listed: number) {
    this.#listed = listed;
  }

  /** Notes that a trouble was met, `times` times with the same record. */
  add(trouble: Kind, example: string, times = 1): void {
    this.#counts.set(trouble, this.count(trouble) + times);
    const kept = this.#examples.get(trouble) ?? [];
    if (kept.length < this.#listed) this.#examples.set(trouble, [...kept, example]);
  }

  count(trouble: Kind): number {
    return this.#counts.get(trouble) ?? 0;
  }

  examples(trouble: Kind): readonly string[] {
    return this.#examples.get(trouble) ?? [];
  }
}
