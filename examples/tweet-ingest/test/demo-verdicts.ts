import type { DeliveryVerdict, Verdict } from '@shardline/testing';

/** What a reader finds in a stream where all went well. */
export const goodVerdict: Verdict = {
  ok: true,
  faults: [],
  accepted: 104_000,
  stored: 104_000,
  repeats: 0,
  lost: 0,
  outOfOrder: 0,
  unexpected: 0,
  altered: 0,
  failed: 0,
  failedButStored: 0,
  wronglyFailed: 0,
  misreported: 0,
  dropped: 0,
  records: 1_425,
  examples: {
    lost: [],
    repeats: [],
    outOfOrder: [],
    unexpected: [],
    altered: [],
    wronglyFailed: [],
    misreported: [],
  },
};

/** What two workers noted when all went well, one of them having been killed. */
export const goodDeliveries: DeliveryVerdict = {
  ok: true,
  faults: [],
  accepted: 104_000,
  delivered: 104_000,
  deliveredAgain: 3_060,
  samePlace: 3_060,
  storedAgain: 0,
  lost: 0,
  outOfOrder: 0,
  unexpected: 0,
  failed: 0,
  failedButDelivered: 0,
  wronglyFailed: 0,
  misreported: 0,
  deliveries: [70_060, 37_000],
  examples: {
    samePlace: [],
    storedAgain: [],
    lost: [],
    outOfOrder: [],
    unexpected: [],
    wronglyFailed: [],
    misreported: [],
  },
};

/** Two shards taken over from `w2`. */
export const goodFailover = {
  worker: 'w2',
  waiting: [],
  takenOver: [
    { shardId: 'shardId-000000000001', afterMs: 4_210 },
    { shardId: 'shardId-000000000003', afterMs: 4_640 },
  ],
  worstMs: 4_640,
};
