import { seededRandom } from '@shardline/core/internal';
import { ManualClock } from '@shardline/testing';
import type { Entry } from '../../src/entry.js';
import type { Lane } from '../../src/lane.js';
import type { RequestEnd } from '../../src/sender.js';
import { SettledEntry } from '../../src/settled-entry.js';
import { Settler, type SettlerParts } from '../../src/settler.js';
import { tagsOf } from './entries.js';

/** A settler whose every decision is noted; `locate` answers when it is told to. */
export function makeSettler(parts: Partial<SettlerParts> = {}) {
  const clock = new ManualClock();
  const ended: { tags: readonly number[]; outcome: string }[] = [];
  const back: (readonly number[])[] = [];
  const retries: string[] = [];
  const inversions: string[] = [];
  const unknown: string[] = [];
  const free: Lane[] = [];
  let placedElsewhere = 0;
  const settler = new Settler({
    clock,
    random: seededRandom(1),
    maxAggregateBytes: 1_048_575,
    finish: (_lane, entry, end) => {
      const settled = new SettledEntry('tweets', entry, end);
      const outcome =
        typeof end === 'function' ? (settled.failure?.code ?? '') : `${end.shardId}/${end.sequenceNumber}`;
      ended.push({ tags: tagsOf([entry]), outcome });
    },
    putBack: (lane, entries) => {
      back.push(tagsOf(entries));
      lane.queue.unshift(entries);
    },
    onRetry: (_lane, entries, reason, { name }) => retries.push(`${reason} ${name} ${tagsOf(entries)}`),
    locate: async () => ({ landed: undefined, map: undefined }),
    onUnknownShard: (shard) => unknown.push(shard),
    onPlacedElsewhere: () => {
      placedElsewhere += 1;
    },
    isMapInDoubt: () => false,
    onStreamNotFound: () => {},
    onOrderInverted: (shard) => inversions.push(shard),
    onLaneFree: (lane) => free.push(lane),
    ...parts,
  });
  const settle = (lane: Lane, entries: readonly Entry[], end: RequestEnd, endMs = 20) => {
    lane.inFlight += 1;
    settler.settle({ parts: [{ lane, entries }], sentMs: 0, endMs, end });
  };
  return {
    clock,
    settler,
    settle,
    ended,
    back,
    retries,
    inversions,
    unknown,
    free,
    placedElsewhere: () => placedElsewhere,
  };
}
