import type { StreamConsumer } from './stream-consumer.js';

/** The registered consumers of one stream. */
export class ConsumerRegistry {
  readonly #byName = new Map<string, StreamConsumer>();

  /** Those that are not gone at `now`, in order of their names. */
  list(now: number): readonly StreamConsumer[] {
    for (const [name, consumer] of this.#byName) if (consumer.isGone(now)) this.#byName.delete(name);
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  add(consumer: StreamConsumer): void {
    this.#byName.set(consumer.name, consumer);
  }

  byName(name: string, now: number): StreamConsumer | undefined {
    const consumer = this.#byName.get(name);
    return consumer?.isGone(now) ? undefined : consumer;
  }

  byArn(arn: string, now: number): StreamConsumer | undefined {
    return this.list(now).find((consumer) => consumer.arn === arn);
  }

  /** The stream is gone, and they with it. */
  clear(): void {
    for (const consumer of this.#byName.values()) consumer.deregister(0);
    this.#byName.clear();
  }
}
