import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Entry } from '../src/entry.js';
import type { Lane } from '../src/lane.js';
import { Router } from '../src/router.js';
import { ShardMap, type ShardRange } from '../src/shard-map.js';
import { accepted, hashOfAccepted, tagsOf } from './support/entries.js';
import { freeLimiter, makeLane } from './support/lanes.js';
import { evenShards, merge, split } from './support/shards.js';

/*
 * Lanes that send, fail, await maps and go idle in random order while shards split and merge, several generations at a time, and
 * the stream may turn out to place records itself. Catches: records lost, doubled, out of order for their key, or in a lane whose
 * range does not hold them; lanes held for ever, or never told that they may send. Cannot catch: what rates, time-outs and the
 * settling of answers add (the simulation).
 */

type Step =
  | { readonly put: number }
  | { readonly reshard: readonly { readonly at: number; readonly split: boolean }[] }
  | { readonly back: number }
  | { readonly auto: true }
  | { readonly flush: true }
  | { readonly send: number }
  | { readonly answer: number; readonly again: number; readonly awaitMap: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ put: fc.nat(11) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      reshard: fc.array(fc.record({ at: fc.nat(20), split: fc.boolean() }), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ back: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.constant({ auto: true as const }) },
  { weight: 1, arbitrary: fc.constant({ flush: true as const }) },
  { weight: 8, arbitrary: fc.record({ send: fc.nat(20) }) },
  {
    weight: 8,
    arbitrary: fc.record({ answer: fc.nat(20), again: fc.nat(255), awaitMap: fc.boolean() }),
  },
);

/** Twelve order keys: eight by partition key, four by explicit hash key at the ends and the middle of the hash space. */
const explicit = [0n, 2n ** 127n - 1n, 2n ** 127n, 2n ** 128n - 1n].map(String);
function recordOf(key: number, tag: number) {
  const explicitHashKey = explicit[key];
  return accepted({
    partitionKey: `k${key}`,
    tag,
    data: `${tag}`,
    ...(explicitHashKey ? { explicitHashKey } : {}),
  });
}

interface Flight {
  readonly lane: Lane;
  readonly entries: readonly Entry[];
}

/** Plays steps, and keeps the book of what was put and what was stored. */
class Play {
  readonly router: Router;
  readonly stored: number[] = [];
  readonly keyOf: number[] = [];
  /** Lanes that were told that they may have something to send. */
  readonly #told = new Set<Lane>();
  readonly #maps: (readonly ShardRange[])[] = [evenShards(2)];
  #shards = evenShards(2);
  #nextShard = 2;
  #flights: Flight[] = [];
  #awaiting: Flight[] = [];
  #epoch = { outstanding: 0 };

  constructor() {
    this.router = new Router({
      makeLane: (range) => makeLane({ range, limiter: freeLimiter(), aggregateBytes: 120 }).lane,
      onStopped() {},
      onReady: (lanes) => {
        for (const lane of lanes) this.#told.add(lane);
      },
    });
  }

  get isIdle(): boolean {
    return this.stored.length === this.keyOf.length;
  }

  take(next: Step): void {
    this.#forgetHeld();
    if ('put' in next) this.#put(next.put);
    else if ('reshard' in next) this.#reshard(next.reshard);
    else if ('back' in next) this.#showMap(this.#maps[next.back % this.#maps.length] ?? this.#shards);
    else if ('auto' in next) this.router.replace(undefined);
    else if ('flush' in next) this.#epoch = { outstanding: 0 };
    else if ('send' in next) this.#send(next.send);
    else this.#answer(next);
  }

  /** Whoever was held must be told when it no longer is: nothing else would wake it. */
  #forgetHeld(): void {
    for (const lane of this.#told) if (!lane.maySend) this.#told.delete(lane);
  }

  /** Whatever may send was told so. */
  checkTold(): void {
    for (const lane of this.router.allLanes()) {
      if (lane.queue.length > 0 && lane.maySend) expect(this.#told.has(lane)).toBe(true);
    }
  }

  /** One more turn in which nothing fails. */
  finish(): void {
    for (const { entries } of [...this.#flights, ...this.#awaiting]) this.#store(entries);
    for (const { lane } of this.#flights) lane.inFlight -= 1;
    for (const { lane } of this.#awaiting) lane.awaitingMap -= 1;
    this.#flights = [];
    this.#awaiting = [];
    this.router.settle();
    for (const lane of this.router.allLanes()) lane.makeDue('flush');
    for (const _ of this.router.allLanes()) this.#send(0);
  }

  #put(key: number): void {
    const record = recordOf(key, this.keyOf.length);
    this.keyOf.push(key);
    const hash = hashOfAccepted(record);
    const lane = this.router.laneFor(hash);
    lane.add(record, hash, this.#epoch);
    this.#told.add(lane);
  }

  #reshard(changes: readonly { readonly at: number; readonly split: boolean }[]): void {
    for (const change of changes) {
      if (change.split || this.#shards.length === 1) {
        this.#shards = split(this.#shards, change.at % this.#shards.length, this.#nextShard);
      } else this.#shards = merge(this.#shards, change.at % (this.#shards.length - 1), this.#nextShard);
      this.#nextShard += 2;
    }
    this.#maps.push(this.#shards);
    this.#showMap(this.#shards);
  }

  #showMap(shards: readonly ShardRange[]): void {
    this.router.replace(new ShardMap(shards));
  }

  #send(choice: number): void {
    const able = this.router.allLanes().filter((lane) => lane.maySend && lane.isDue);
    const lane = able[choice % Math.max(1, able.length)];
    if (!lane) return;
    const entries = lane.take({ maxEntries: 8, maxBytes: 1e9, taken: 0, ordered: true, admit: () => true });
    for (const entry of entries) checkPlace(lane, entry);
    lane.inFlight += 1;
    if (!lane.isDue) this.#told.delete(lane);
    this.#flights.push({ lane, entries });
  }

  /** Stores each entry or not, by a bit of `again`; an aggregate may have to await a map first. */
  #answer({ answer, again, awaitMap }: { answer: number; again: number; awaitMap: boolean }): void {
    const waits = awaitMap ? this.#flights : this.#awaiting;
    const from = waits.length > 0 ? waits : this.#flights;
    const [flight] = from.splice(answer % Math.max(1, from.length), 1);
    if (!flight) return;
    const { lane, entries } = flight;
    if (awaitMap && from === this.#flights && entries[0]?.aggregated) {
      lane.awaitingMap += 1;
      this.#awaiting.push(flight);
    } else {
      this.#store(entries.filter((_, index) => (again & (1 << index)) === 0));
      lane.queue.unshift(entries.filter((_, index) => (again & (1 << index)) !== 0));
    }
    if (from === this.#awaiting) lane.awaitingMap -= 1;
    else lane.inFlight -= 1;
    this.router.freed(lane);
    this.#told.add(lane);
  }

  #store(entries: readonly Entry[]): void {
    this.stored.push(...tagsOf(entries));
  }
}

/** An entry is in a lane whose range holds every record in it. */
function checkPlace(lane: Lane, entry: Entry): void {
  if (!lane.range) return;
  const map = new ShardMap([lane.range]);
  for (const { partitionKey, explicitHashKey } of entry.records()) {
    const record = accepted({ partitionKey, ...(explicitHashKey ? { explicitHashKey } : {}) });
    expect(map.shardFor(hashOfAccepted(record))).toBe(lane.range);
  }
}

it('a Router loses, doubles and swaps nothing while shards split and merge', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      const play = new Play();
      for (const next of steps) {
        play.take(next);
        play.checkTold();
      }
      for (let turn = 0; turn < 500 && !play.isIdle; turn += 1) play.finish();
      const all = play.keyOf.map((_, tag) => tag);
      expect([...play.stored].sort((a, b) => a - b)).toEqual(all);
      for (const key of new Set(play.keyOf)) {
        const ofKey = (tags: readonly number[]) => tags.filter((tag) => play.keyOf[tag] === key);
        expect(ofKey(play.stored)).toEqual(ofKey(all));
      }
    }),
    { numRuns: 250 },
  );
});
