import type { LeaseItemMalformedError } from './errors.js';

/** Tells of items that cannot be read: each once, however often it is listed, and again when it is broken otherwise. */
export class MalformedLeases {
  readonly #tell: (error: LeaseItemMalformedError) => void;
  /** What was told of the items of the last listing. */
  #known: ReadonlySet<string> = new Set();

  constructor(tell: ((error: LeaseItemMalformedError) => void) | undefined) {
    this.#tell = tell ?? warn;
  }

  /** The malformed items of one listing. What `tell` throws is warned of: the listing is not to blame. */
  listed(errors: readonly LeaseItemMalformedError[]): void {
    const before = this.#known;
    this.#known = new Set(errors.map(({ message }) => message));
    for (const error of errors) {
      if (!before.has(error.message)) this.#tellOne(error);
    }
  }

  #tellOne(error: LeaseItemMalformedError): void {
    try {
      this.#tell(error);
    } catch {
      warn(error);
    }
  }
}

function warn(error: LeaseItemMalformedError): void {
  process.emitWarning(error.message, { code: 'SHARDLINE_LEASE_ITEM_MALFORMED' });
}
