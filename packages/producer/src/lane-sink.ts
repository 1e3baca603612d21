import { AbortableSink } from './abortable-sink.js';
import type { Lane } from './lane.js';
import type { Sink } from './sink.js';

/**
 * The sink of a call with a signal that knows which lane its records wait in, as long as that is one. There may be thousands of lanes,
 * and thousands of puts with a signal each: an abort is not to look through all lanes for one record.
 */
export class LaneSink extends AbortableSink {
  #lane: Lane | 'several' | undefined;

  /** A record of it is about to be given to `lane`: before anybody is told that it was, who may abort it. */
  waitsIn(lane: Lane): void {
    this.#lane = this.#lane === undefined || this.#lane === lane ? lane : 'several';
  }

  /** Where its records may wait: undefined where none was accepted. What a closed lane had may be in any by now. */
  get lane(): Lane | 'any' | undefined {
    return this.#lane === 'several' || this.#lane?.successors ? 'any' : this.#lane;
  }
}

/** In which lanes of all to look for records of `sinks`, and for which of these in each. */
export function lanesOf(
  sinks: ReadonlySet<Sink>,
  all: () => readonly Lane[],
): readonly (readonly [Lane, ReadonlySet<Sink>])[] {
  const byLane = new Map<Lane, Set<Sink>>();
  const anywhere = new Set<Sink>();
  for (const sink of sinks) {
    const lane = sink instanceof LaneSink ? sink.lane : 'any';
    if (lane === 'any') anywhere.add(sink);
    else if (lane) byLane.set(lane, (byLane.get(lane) ?? new Set()).add(sink));
  }
  if (anywhere.size === 0) return [...byLane];
  return [...byLane, ...all().map((lane) => [lane, anywhere] as const)];
}
