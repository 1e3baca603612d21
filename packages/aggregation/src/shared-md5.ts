import { FourLanes } from './hot/four-lanes.js';
import { KeyBlock } from './hot/key-block.js';
import { type Md5Engine, openMd5Engine } from './md5-engine.js';

/** What one engine serves. */
interface Md5Users {
  readonly keyBlock: KeyBlock;
  /** Absent where there are no vectors. */
  readonly lanes: FourLanes | undefined;
}

/** Opened when first asked for: whoever only reads single records needs none. */
const shared: { users: Md5Users | undefined } = { users: undefined };

/** The key that is worked on just now, in this copy of the package. */
export function sharedKeyBlock(): KeyBlock {
  return (shared.users ?? open()).keyBlock;
}

/** Digests of four messages side by side; `undefined` where that is not to be had. */
export function sharedLanes(): FourLanes | undefined {
  return (shared.users ?? open()).lanes;
}

function open(): Md5Users {
  shared.users = md5UsersOf(openMd5Engine());
  return shared.users;
}

export function md5UsersOf(engine: Md5Engine): Md5Users {
  const { workLanes } = engine;
  return {
    keyBlock: new KeyBlock(engine),
    lanes: workLanes && new FourLanes({ ...engine, workLanes }),
  };
}
