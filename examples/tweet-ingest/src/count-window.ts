import type { CountedTweet } from './count-tweet.js';

/** What arrived in one shard during one window. */
export interface WindowCount {
  /** When the window began, in milliseconds since the epoch; a multiple of its length. */
  readonly startMs: number;
  /** Tweets, each once. */
  readonly tweets: number;
  /** Records that are no tweets. */
  readonly skipped: number;
  /** Records of tweets that were there already: their producer had no answer and put them again. */
  readonly repeats: number;
  /** Tweets by hashtag. */
  readonly byTag: ReadonlyMap<string, number>;
}

/**
 * Counts the records of one shard by windows of arrival. A window is closed by the first record behind it, and never opened again: a record
 * whose arrival lies before the open window counts in the open one. So what a window holds depends on the shard's records alone: whoever
 * counts again from its first record comes to the same figures.
 *
 * Remembers the ids of the open window's tweets, and nothing of the windows before.
 */
export class WindowCounter {
  readonly #windowMs: number;
  #open: OpenWindow | undefined;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** What the window holds so far that is not closed. */
  get open(): WindowCount | undefined {
    return this.#open?.count();
  }

  /**
   * Counts one record. Returns the window that it closes.
   *
   * @param tweet - Undefined for a record that is no tweet.
   */
  add(arrivalMs: number, tweet: CountedTweet | undefined): WindowCount | undefined {
    const startMs = arrivalMs - (arrivalMs % this.#windowMs);
    const before = this.#open;
    const over = before !== undefined && startMs > before.startMs;
    const open = before === undefined || over ? new OpenWindow(startMs) : before;
    this.#open = open;
    open.add(tweet);
    return over ? before.count() : undefined;
  }
}

class OpenWindow {
  readonly startMs: number;
  readonly #ids = new Set<string>();
  readonly #byTag = new Map<string, number>();
  #skipped = 0;
  #repeats = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  add(tweet: CountedTweet | undefined): void {
    if (tweet === undefined) {
      this.#skipped += 1;
      return;
    }
    if (this.#ids.has(tweet.id)) {
      this.#repeats += 1;
      return;
    }
    this.#ids.add(tweet.id);
    for (const tag of tweet.tags) this.#byTag.set(tag, (this.#byTag.get(tag) ?? 0) + 1);
  }

  count(): WindowCount {
    return {
      startMs: this.startMs,
      tweets: this.#ids.size,
      skipped: this.#skipped,
      repeats: this.#repeats,
      byTag: this.#byTag,
    };
  }
}
