import { AliasTable } from './alias-table.js';
import type { Dice } from './dice.js';
import { type PhraseBook, phraseBooks } from './phrases.js';
import { type ZipfShape, zipfShares } from './zipf.js';

/** Who writes. */
export interface Author {
  /** Numeric X account id: eight to ten digits for accounts before 2013, eighteen or nineteen for later ones. */
  readonly id: string;
  readonly username: string;
  readonly phrases: PhraseBook;
}

/**
 * How active authors are. Zipf's law with its head flattened: X caps an account at 2,400 posts a day, so no author
 * writes a tenth of a stream, as the plain law would have it. Here the most active of 50,000 writes one tweet in 630,
 * the first hundred a ninth of all. A key is always in one shard, so this also decides how even four shards can be:
 * the busiest gets 25 to 27 % of the tweets, whatever the seed.
 */
export const authorShape: ZipfShape = { count: 50_000, exponent: 1, flattening: 100 };

const firstSnowflakeId = 1_000_000_000_000_000_000n;
const oldAccountShare = 0.3;

/** A fixed population of authors, the most active first. */
export class Authors {
  readonly shares: Float64Array;
  readonly #all: readonly Author[];
  readonly #byActivity: AliasTable;

  constructor(dice: Dice, shape: ZipfShape = authorShape) {
    this.shares = zipfShares(shape);
    this.#byActivity = new AliasTable(this.shares);
    const byShare = new AliasTable(phraseBooks.map(({ share }) => share));
    this.#all = Array.from({ length: shape.count }, (_, rank) => makeAuthor(rank, dice, byShare));
  }

  /** All of them, in the order of {@link Authors.shares}. */
  get all(): readonly Author[] {
    return this.#all;
  }

  /** An author, the active ones more often. */
  pick(dice: Dice): Author {
    return this.at(this.#byActivity.pick(dice.uniform()));
  }

  /** The author of a rank. */
  at(rank: number): Author {
    const author = this.#all[rank];
    if (!author) throw new RangeError(`Authors: no author of rank ${rank}; there are ${this.#all.length}.`);
    return author;
  }
}

/** Ranks have id ranges of their own, so no two authors share an id. */
function makeAuthor(rank: number, dice: Dice, byShare: AliasTable): Author {
  const id = dice.chance(oldAccountShare)
    ? String(20_000_000 + rank * 60_000 + dice.below(60_000))
    : String(
        firstSnowflakeId + BigInt(rank) * 5_000_000_000_000n + BigInt(dice.below(2_147_483_647)) * 2_311n,
      );
  const phrases = phraseBooks[byShare.pick(dice.uniform())];
  if (!phrases) throw new RangeError('Authors: a phrase book is missing.');
  return { id, username: `usuario_${rank.toString(36)}${dice.below(100)}`, phrases };
}
