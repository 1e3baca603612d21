/** Whether a text is a sequence number: nothing else is as long and all digits. */
export function isSequenceNumber(text: string): boolean {
  return /^\d{50,}$/.test(text);
}

/** The shard that an object of an answer is about. */
export function shardIdIn(value: object): string | undefined {
  const { ShardId } = value as { ShardId?: unknown };
  return typeof ShardId === 'string' ? ShardId : undefined;
}

/** The sequence numbers that were seen of each shard. */
export class SequenceNumbers {
  readonly #byShard = new Map<string, string[]>();
  /** Of each number the shard beside or above which it stood. */
  readonly #shards = new Map<string, string>();

  /** Takes up all sequence numbers of an answer. */
  learn(value: unknown, shard?: string): void {
    if (Array.isArray(value)) {
      for (const entry of value) this.learn(entry, shard);
    } else if (typeof value === 'object' && value !== null) {
      const own = shardIdIn(value) ?? shard;
      for (const [name, entry] of Object.entries(value)) {
        if (name !== 'ContinuationSequenceNumber') this.learn(entry, own);
      }
    } else if (typeof value === 'string' && shard !== undefined && isSequenceNumber(value)) {
      this.#add(value, shard);
    }
  }

  #add(number: string, shard: string): void {
    const known = this.#byShard.get(shard) ?? [];
    this.#byShard.set(shard, known);
    if (!known.includes(number)) known.push(number);
    known.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    if (!this.#shards.has(number)) this.#shards.set(number, shard);
  }

  /** What to write for a number that stands beside or below a shard's id, or for a record's. */
  place(number: string, beside: string | undefined): string {
    const shard = beside ?? this.#shards.get(number);
    const place = this.#byShard.get(shard ?? '')?.indexOf(number);
    return place === undefined ? '(unknown sequence number)' : `(sequence number ${place} of ${shard})`;
  }
}
