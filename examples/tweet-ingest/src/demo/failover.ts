/** A shard that another worker has taken over, and how long after the kill. */
export interface TakenOver {
  readonly shardId: string;
  readonly afterMs: number;
}

/** How long the shards of a killed worker go undelivered. Pure: time comes with every call. */
export class Failover {
  readonly worker: string;
  readonly killedAtMs: number;
  readonly #waiting: Set<string>;
  readonly #takenOver: TakenOver[] = [];

  /** `shardIds` are those that the worker held when it was killed. */
  constructor(worker: string, shardIds: readonly string[], killedAtMs: number) {
    this.worker = worker;
    this.killedAtMs = killedAtMs;
    this.#waiting = new Set(shardIds);
  }

  /** A tweet of a shard is delivered to another worker. What is new in that, if it is. */
  delivering(shardId: string, atMs: number): TakenOver | undefined {
    if (!this.#waiting.delete(shardId)) return undefined;
    const takenOver = { shardId, afterMs: atMs - this.killedAtMs };
    this.#takenOver.push(takenOver);
    return takenOver;
  }

  /** A shard turns out to have nothing left to deliver. */
  finished(shardId: string): void {
    this.#waiting.delete(shardId);
  }

  /** Shards of which nothing was delivered since the kill. */
  get waiting(): readonly string[] {
    return [...this.#waiting];
  }

  /** Taken over so far, in that order. */
  get takenOver(): readonly TakenOver[] {
    return this.#takenOver;
  }

  /** Until the last of them was taken over; undefined before the first is. */
  get worstMs(): number | undefined {
    return this.#takenOver.at(-1)?.afterMs;
  }
}
