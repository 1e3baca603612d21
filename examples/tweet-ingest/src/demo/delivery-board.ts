import type { WorkerMessage } from './worker-message.js';

/** Who delivers a shard just now, and how far they are. */
export interface ShardDelivery {
  readonly shardId: string;
  /** The worker that holds it, and delivers it where another one died; undefined while nobody does. */
  readonly worker: string | undefined;
  /** Tweets delivered so far, repeats included. */
  readonly delivered: number;
  /** How long ago the newest tweet that was delivered was put, at most; undefined before the first answer. */
  readonly behindMs: number | undefined;
  /** Everything of it is delivered, and nothing more will come. */
  readonly finished: boolean;
}

type Report = Extract<WorkerMessage, { type: 'report' }>;

/** Holds together what the workers say of the shards. Pure: time comes with every call. */
export class DeliveryBoard {
  readonly #owners = new Map<string, string>();
  readonly #behind = new Map<string, { readonly behindMs: number; readonly atMs: number }>();
  /** Shards of a worker that died, and how far behind they were then. */
  readonly #orphans = new Map<string, { readonly behindMs: number; readonly atMs: number }>();
  readonly #delivered = new Map<string, Readonly<Record<string, number>>>();
  readonly #finished = new Set<string>();
  readonly #shardIds = new Set<string>();
  readonly #reportedAtMs = new Map<string, number>();

  /** A worker says what it holds and what was delivered to it. */
  report(worker: string, { held, delivered }: Report, atMs: number): void {
    this.#reportedAtMs.set(worker, atMs);
    this.#delivered.set(worker, delivered);
    this.#disown(worker);
    for (const { shardId, behindMs } of held) {
      this.#shardIds.add(shardId);
      this.#owners.set(shardId, worker);
      if (behindMs !== undefined) this.#behind.set(shardId, { behindMs, atMs });
    }
  }

  /** A closed shard is delivered to its end. */
  finished(shardId: string): void {
    this.#shardIds.add(shardId);
    this.#finished.add(shardId);
    this.#orphans.delete(shardId);
  }

  /** A worker is no more: nobody delivers its shards, until another worker does. */
  died(worker: string, atMs: number): void {
    for (const shardId of this.heldBy(worker)) {
      this.#orphans.set(shardId, { behindMs: this.#behindMs(shardId, atMs) ?? 0, atMs });
    }
    this.#disown(worker);
  }

  /** A worker delivers a shard; to hold it is not enough. */
  delivering(shardId: string): void {
    this.#orphans.delete(shardId);
  }

  /** The unfinished shards that a worker holds. */
  heldBy(worker: string): string[] {
    const held = [...this.#owners].filter(([, owner]) => owner === worker).map(([shardId]) => shardId);
    return held.filter((shardId) => !this.#finished.has(shardId));
  }

  /** Whether every shard that is known is held and not behind, by reports later than `sinceMs`. */
  hasCaughtUp(sinceMs: number): boolean {
    return [...this.#shardIds].every((shardId) => {
      const worker = this.#owners.get(shardId);
      if (this.#finished.has(shardId)) return true;
      if (worker === undefined || (this.#reportedAtMs.get(worker) ?? 0) <= sinceMs) return false;
      return this.#behindMs(shardId, sinceMs) === 0;
    });
  }

  /** Every shard that was ever held, as things stand at `nowMs`. */
  deliveries(nowMs: number): ShardDelivery[] {
    return [...this.#shardIds].map((shardId) => {
      const orphan = this.#orphans.get(shardId);
      return {
        shardId,
        worker: orphan ? undefined : this.#owners.get(shardId),
        delivered: sum([...this.#delivered.values()].map((delivered) => delivered[shardId] ?? 0)),
        behindMs: orphan ? orphan.behindMs + nowMs - orphan.atMs : this.#behindMs(shardId, nowMs),
        finished: this.#finished.has(shardId),
      };
    });
  }

  /** Where nobody reads on, what was behind falls further behind. */
  #behindMs(shardId: string, nowMs: number): number | undefined {
    const last = this.#behind.get(shardId);
    if (this.#finished.has(shardId)) return 0;
    if (last === undefined || this.#owners.has(shardId)) return last?.behindMs;
    return last.behindMs + nowMs - last.atMs;
  }

  #disown(worker: string): void {
    for (const [shardId, owner] of this.#owners) if (owner === worker) this.#owners.delete(shardId);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
