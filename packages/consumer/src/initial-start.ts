import type { Checkpoint, InitialSentinel } from './checkpoint.js';
import type { ShardFilter } from './kinesis-reads.js';
import type { Lease } from './lease.js';

/** Where a shard begins that nobody has read: what its lease is made with. */
export interface InitialStart {
  readonly checkpoint: Checkpoint;
  /** C6: time to read from; undefined for TRIM_HORIZON. */
  readonly startAtMs: number | undefined;
  /** Lists the layer of shards where the application begins: what was open there. */
  readonly layer: Exclude<ShardFilter, { type: 'all' }>;
}

/** The service tells its time in whole seconds. */
const slackMs = 1_000;

/**
 * Turns the option into a start (C6). A time is kept with every lease but those of TRIM_HORIZON, so that a restart before the first
 * checkpoint reads on from there; where leases have one already, new ones get the earliest: they complete what was
 * begun then, and no record put since is passed over. `nowMs` is the service's time.
 */
export function initialStart(
  position: 'trim-horizon' | 'latest' | Date,
  leases: readonly Lease[],
  nowMs: number,
): InitialStart {
  if (position === 'trim-horizon') {
    return { checkpoint: at('TRIM_HORIZON'), startAtMs: undefined, layer: { type: 'at-trim-horizon' } };
  }
  const known = earliest(leases);
  if (position === 'latest' && known === undefined) {
    return { checkpoint: at('LATEST'), startAtMs: nowMs - slackMs, layer: { type: 'at-latest' } };
  }
  const startAtMs = known ?? Number(position);
  return {
    checkpoint: at(position === 'latest' ? 'LATEST' : 'AT_TIMESTAMP'),
    startAtMs,
    layer: { type: 'at-timestamp', timestampMs: startAtMs },
  };
}

function at(sequenceNumber: InitialSentinel): Checkpoint {
  return { sequenceNumber, subSequenceNumber: 0 };
}

function earliest(leases: readonly Lease[]): number | undefined {
  const times = leases.flatMap(({ startAtMs }) => startAtMs ?? []);
  return times.length === 0 ? undefined : times.reduce((least, one) => Math.min(least, one));
}
