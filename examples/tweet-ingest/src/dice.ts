import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Seeded chance for the generator: the same seed gives the same tweets on every machine. */
export class Dice {
  readonly #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** A number in [0, 1), in steps of 2^-32. */
  uniform(): number {
    return (this.#generator.next() >>> 0) / 4_294_967_296;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** One of `choices`, all alike. */
  oneOf<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}
