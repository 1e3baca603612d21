import type { HashKey } from '@shardline/aggregation';
import type { Entry } from './entry.js';
import type { Lane, Successors } from './lane.js';
import { LaneTable } from './lane-table.js';
import type { RecordMemory } from './record-memory.js';
import { type Regrouped, regroupOneByOne } from './regroup.js';
import { type ShardMap, type ShardRange, sameRange } from './shard-map.js';

/** What a {@link Router} needs from outside. */
export interface RouterParts {
  /** Makes the lane of a shard, or of the whole stream. */
  readonly makeLane: (range: ShardRange | undefined) => Lane;
  /** These lanes hold no longer. Called once, when all has moved that can. */
  readonly onReady: (lanes: Iterable<Lane>) => void;
  /** There is no memory to move these: they stay in the lane until {@link Router.settle} is called again. */
  readonly onStopped: (lane: Lane, userRecords: number, error: unknown) => void;
}

/**
 * Knows the lanes of the newest map and moves what is left in older ones to them, keeping the order of every key (P3): a lane
 * that closed hands over only when nothing of it is in flight, to the head of its successors, and those hold until everything
 * that overlaps them has arrived.
 */
export class Router {
  readonly #parts: RouterParts;
  /** Each with the lanes that hold until it has moved. */
  readonly #closing = new Map<Lane, Set<Lane>>();
  #table: LaneTable;

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.#table = new LaneTable(undefined, [parts.makeLane(undefined)]);
  }

  /** The lanes that take new records. */
  get lanes(): readonly Lane[] {
    return this.#table.lanes;
  }

  /** Those, and the ones that still have something to hand over. */
  allLanes(): readonly Lane[] {
    return this.#closing.size === 0 ? this.#table.lanes : [...this.#closing.keys(), ...this.#table.lanes];
  }

  laneFor(hash: HashKey): Lane {
    return this.#table.laneFor(hash);
  }

  /** Places records by `map` from now on; without a map, in one lane that does not aggregate. */
  replace(map: ShardMap | undefined): void {
    const old = this.#table;
    if (map ? old.map?.equals(map) : old.map === undefined) return;
    const kept = new Map(
      old.lanes.flatMap((lane) => (lane.range ? [[lane.range.shardId, lane] as const] : [])),
    );
    const ranges: readonly (ShardRange | undefined)[] = map ? map.shards : [undefined];
    const lanes = ranges.map((range) => {
      const before = range && kept.get(range.shardId);
      return before?.range && sameRange(before.range, range) ? before : this.#parts.makeLane(range);
    });
    const table = new LaneTable(map, lanes);
    this.#table = table;
    const stays = new Set(lanes);
    for (const lane of old.lanes) {
      if (stays.has(lane)) continue;
      lane.successors = table;
      this.#closing.set(lane, new Set());
    }
    for (const [closing, holding] of this.#closing) {
      for (const lane of table.lanesIn(closing.range)) {
        lane.predecessors.add(closing);
        holding.add(lane);
      }
    }
    this.settle();
  }

  /** Moves whatever can move now. To be called once in a while: there may be memory again. Returns {@link Router.allLanes}. */
  settle(): readonly Lane[] {
    this.#move(this.#closing.keys());
    return this.allLanes();
  }

  /** Moves what waited for this lane to become idle. There may be thousands that close: nobody looks through them for each. */
  freed(lane: Lane): void {
    this.#move([lane]);
  }

  #move(lanes: Iterable<Lane>): void {
    const next = [...lanes];
    const ready: Lane[] = [];
    try {
      for (const lane of next) {
        const freed = this.#tryMove(lane);
        ready.push(...freed);
        // Whoever held until now may be closing itself.
        next.push(...freed);
      }
    } finally {
      // Also where it comes to grief: nothing else would wake them.
      if (ready.length > 0) this.#parts.onReady(ready);
    }
  }

  /** Returns the lanes that hold no longer. */
  #tryMove(lane: Lane): readonly Lane[] {
    const { successors } = lane;
    const holding = this.#closing.get(lane);
    if (!successors || !holding) return [];
    if (lane.inFlight > 0 || lane.awaitingMap > 0 || lane.predecessors.size > 0) return [];
    const drained = lane.drain('reshard');
    this.#closing.delete(lane);
    const regrouped = split(drained, lane.memory, successors);
    if (regrouped.left.length > 0) {
      this.#closing.set(lane, holding);
      this.#stop(lane, regrouped);
      return [];
    }
    for (const [to, entries] of regrouped.groups) to.queue.unshift(entries);
    for (const held of holding) held.predecessors.delete(lane);
    return [...holding].filter((held) => held.predecessors.size === 0);
  }

  /** Nothing moves before all does: what came later would stand before it (P3). */
  #stop(lane: Lane, { groups, left, error }: Regrouped<Lane>): void {
    lane.queue.unshift([...[...groups.values()].flat(), ...left]);
    const userRecords = left.reduce((sum, { members }) => sum + members.count, 0);
    this.#parts.onStopped(lane, userRecords, error);
  }
}

/** Into one lane over everything, where records do not share aggregates, they go whole: cut up there, when it is their turn (P2). */
function split(entries: readonly Entry[], memory: RecordMemory, successors: Successors): Regrouped<Lane> {
  const anyHash: HashKey = new Uint32Array(4);
  const whole = successors.laneFor(anyHash);
  if (whole.range !== undefined) {
    return regroupOneByOne(entries, {
      memory,
      groupOf: (hash) => successors.laneFor(hash),
      aggregateBytes: (to) => to.aggregateBytes,
      maxRecordBytes: (to) => to.maxRecordBytes,
    });
  }
  for (const entry of entries) entry.goesAlone = entry.aggregated;
  return { groups: new Map([[whole, entries]]), left: [] };
}
