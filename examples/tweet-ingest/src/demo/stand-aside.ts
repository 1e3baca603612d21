/**
 * Lets a reader of the stream pause: a shard gives 2 MiB/s to all who read it, and a worker that has to catch up should have all of
 * it. What the reader has asked for already it still gets.
 */
export class StandAside {
  #aside: Promise<void> | undefined;
  #goOn: () => void = () => undefined;

  /** From now on no further page is passed on. */
  pause(): void {
    if (this.#aside !== undefined) return;
    this.#aside = new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  /** The reader may go on. */
  resume(): void {
    this.#aside = undefined;
    this.#goOn();
  }

  /** `pages`, with the pauses. */
  async *pages<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page, void, undefined> {
    for await (const page of pages) {
      yield page;
      await this.#aside;
    }
  }
}
