/** The moment from which X counts the milliseconds in its ids: 4 November 2010, 01:42:54.657 UTC. */
export const snowflakeEpochMs = 1_288_834_974_657;

/** Numbers that one machine can give out in a millisecond: 12 bits. */
const perMillisecond = 4_096;

/**
 * Gives out ids as X does: 41 bits of milliseconds, 10 of machine, 12 of sequence, so that later ids are larger.
 * Ids only ever rise, whatever the times asked for.
 */
export class SnowflakeIds {
  readonly #machine: bigint;
  #lastMs = -1;
  #sequence = 0;

  /** @param machine - 0 to 1,023. */
  constructor(machine: number) {
    this.#machine = BigInt(machine) << 12n;
  }

  /** The next id, for a post made at `nowMs`. */
  next(nowMs: number): string {
    const ms = Math.max(Math.floor(nowMs), this.#lastMs);
    this.#sequence = ms === this.#lastMs ? this.#sequence + 1 : 0;
    this.#lastMs = ms;
    if (this.#sequence === perMillisecond) {
      this.#lastMs += 1;
      this.#sequence = 0;
    }
    const time = BigInt(this.#lastMs - snowflakeEpochMs) << 22n;
    return String(time | this.#machine | BigInt(this.#sequence));
  }
}
