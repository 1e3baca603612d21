import type { CountFacts } from './count-summary.js';
import type { WindowCount } from './count-window.js';
import { codeOf } from './outcome-tally.js';
import { SkipLog } from './skip-log.js';

/** Collects what happens during one run of `count`. */
export class CountTally {
  readonly skips: SkipLog;
  readonly #say: (text: string) => void;
  readonly #open = new Map<string, WindowCount>();
  readonly #troubleByCode = new Map<string, number>();
  #closedWindows = 0;
  #tweets = 0;
  #repeats = 0;

  constructor(say: (text: string) => void) {
    this.#say = say;
    this.skips = new SkipLog('record', say);
  }

  /** Takes note of a window that was shown. */
  window(shardId: string, window: WindowCount, closed: boolean): void {
    if (!closed) {
      this.#open.set(shardId, window);
      return;
    }
    this.#open.delete(shardId);
    this.#closedWindows += 1;
    this.#tweets += window.tweets;
    this.#repeats += window.repeats;
  }

  /** Takes note of something that is tried again; each kind is said once. */
  readonly trouble = (error: unknown): void => {
    const code = codeOf(error);
    const before = this.#troubleByCode.get(code) ?? 0;
    this.#troubleByCode.set(code, before + 1);
    if (before === 0) this.#say(`${code}: ${error instanceof Error ? error.message : String(error)}`);
  };

  /** The summary's figures. */
  facts(): CountFacts {
    const open = [...this.#open.values()];
    return {
      closedWindows: this.#closedWindows,
      openWindows: open.length,
      tweets: this.#tweets,
      repeats: this.#repeats,
      openTweets: open.reduce((sum, { tweets }) => sum + tweets, 0),
      skipped: this.skips.total,
      troubleByCode: this.#troubleByCode,
    };
  }
}
