import type { KinesisCallError } from './errors.js';

/** How long passing faults go on before they are told of, in milliseconds. */
const patienceMs = 30_000;

/** Failures of one shard's reads on end: tells of each trouble once, and what it is for as long as it lasts. */
export class ReadSpell {
  #sinceMs: number | undefined;
  #told: KinesisCallError | undefined;

  /** What is wrong; undefined while reads succeed, or fail in a way that may pass. */
  get trouble(): string | undefined {
    return this.#told?.message;
  }

  /** A read failed, in a way that may pass or not. Whether its error is to be told of: it lasts, and was not told of before. */
  failed(error: KinesisCallError, mayPass: boolean, nowMs: number): boolean {
    this.#sinceMs ??= nowMs;
    if (mayPass && nowMs - this.#sinceMs < patienceMs) return false;
    const isNew = this.#told?.code !== error.code;
    this.#told = error;
    return isNew;
  }

  /** A read succeeded. */
  ended(): void {
    this.#sinceMs = undefined;
    this.#told = undefined;
  }
}
