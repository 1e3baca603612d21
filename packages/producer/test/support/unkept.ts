import type { Settled } from '../../src/sink.js';

/** The end of an entry that costs nothing to keep. */
export const unkept: Pick<Settled, 'keep' | 'letGo'> = { keep: () => 0, letGo: () => 0 };
