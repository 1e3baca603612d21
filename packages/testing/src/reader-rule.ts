import { createHash } from 'node:crypto';
import type { Member } from './unpack-aggregate.js';

/**
 * As whom to read:
 * - `'everything'`: every user record that is there.
 * - `'kcl'`: as the KCL reads. An aggregate with any member outside its shard's range is left out whole.
 * - `'shardline'`: as Shardline's consumer reads (C12). A member outside its shard's range is left out if it lies inside the
 *   range of a parent, since its producer has put it again.
 */
export type ReadAs = 'everything' | 'kcl' | 'shardline';

/** A range of hash keys, both ends included, in decimal as the service gives them. */
export interface HashRangeBounds {
  readonly StartingHashKey: string;
  readonly EndingHashKey: string;
}

/** Whether a range holds a hash key, given as 32 hexadecimal digits. */
type Holds = (hashKey: string) => boolean;

const mostRememberedKeys = 50_000;

/** Decides which members of an aggregate in one shard a consumer delivers. */
export class ReaderRule {
  readonly #readAs: ReadAs;
  readonly #inShard: Holds;
  readonly #inParents: readonly Holds[];
  readonly #hashKeys = new Map<string, string>();

  constructor(readAs: ReadAs, shard: HashRangeBounds, parents: readonly HashRangeBounds[]) {
    this.#readAs = readAs;
    this.#inShard = holdsOf(shard);
    this.#inParents = parents.map(holdsOf);
  }

  /** For each member whether it is delivered. */
  delivers(members: readonly Member[]): readonly boolean[] {
    if (this.#readAs === 'everything') return members.map(() => true);
    const hashKeys = members.map((member) => this.#hashKeyOf(member));
    if (this.#readAs === 'kcl') {
      const all = hashKeys.every(this.#inShard);
      return members.map(() => all);
    }
    return hashKeys.map(
      (hashKey) => this.#inShard(hashKey) || !this.#inParents.some((holds) => holds(hashKey)),
    );
  }

  #hashKeyOf({ partitionKey, explicitHashKey }: Member): string {
    if (explicitHashKey !== undefined) return hexOf(explicitHashKey);
    const known = this.#hashKeys.get(partitionKey);
    if (known !== undefined) return known;
    const hashKey = createHash('md5').update(partitionKey, 'utf8').digest('hex');
    if (this.#hashKeys.size === mostRememberedKeys) this.#hashKeys.clear();
    this.#hashKeys.set(partitionKey, hashKey);
    return hashKey;
  }
}

function holdsOf(range: HashRangeBounds): Holds {
  const first = hexOf(range.StartingHashKey);
  const last = hexOf(range.EndingHashKey);
  return (hashKey) => first <= hashKey && hashKey <= last;
}

/** Sorts after every hash key, so that no range holds it. */
const noHashKey = '~';

/** A decimal hash key as 32 hexadecimal digits, which compare as the numbers do. */
function hexOf(decimal: string): string {
  if (!/^\d{1,39}$/.test(decimal)) return noHashKey;
  const digits = BigInt(decimal).toString(16);
  return digits.length > 32 ? noHashKey : digits.padStart(32, '0');
}
