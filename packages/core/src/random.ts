/** Where chance comes from: jitter and ids. Injected, so that a simulation replays from its seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** The machine's own randomness. */
export const systemRandom: Random = Object.freeze({ next: () => Math.random() });

/**
 * A small seeded generator (mulberry32). For simulation, load generators and jitter in tests; not for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}
