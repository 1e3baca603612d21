import type { Clock } from '@shardline/core';
import type { KinesisReads } from './kinesis-reads.js';
import type { MakeCall } from './shard-cursor.js';

/** The service tells its time in whole seconds. */
const slackMs = 1_000;

/**
 * When a shard was first opened at LATEST without a time beside it, as the KCL leaves leases: by the service's time, asked for once.
 * Every iterator until the first record that is done begins there. One at the tip would pass over what was put since.
 */
export class LatestStart {
  readonly #reads: Pick<KinesisReads, 'listShards'>;
  readonly #clock: Clock;
  readonly #openedAtMs: number;
  #timeMs: number | undefined;

  constructor(reads: Pick<KinesisReads, 'listShards'>, clock: Clock) {
    this.#reads = reads;
    this.#clock = clock;
    this.#openedAtMs = clock.monotonic();
  }

  /** The time to read from. Rejects when the service cannot be asked. */
  async timeMs(makeCall: MakeCall): Promise<number> {
    if (this.#timeMs !== undefined) return this.#timeMs;
    const { serviceTimeMs } = await makeCall((signal) =>
      this.#reads.listShards({ type: 'at-latest' }, signal),
    );
    const sinceMs = this.#clock.monotonic() - this.#openedAtMs;
    this.#timeMs = Math.floor((serviceTimeMs ?? this.#clock.now()) - sinceMs - slackMs);
    return this.#timeMs;
  }
}
