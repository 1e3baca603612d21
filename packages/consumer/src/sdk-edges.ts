import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Clock, Random } from '@shardline/core';
import { connectKinesis } from '@shardline/core/connection';
import { inRegionOf, systemClock, systemRandom } from '@shardline/core/internal';
import type { KinesisReads } from './kinesis-reads.js';
import type { ResolvedConsumerOptions } from './options.js';
import { requestTimeoutMs } from './polling-source.js';
import { readLimits } from './read-pace.js';
import { sdkKinesisReads } from './sdk-kinesis-reads.js';

/** Where a consumer touches the world, its lease store apart. */
export interface ConsumerEdges {
  readonly reads: KinesisReads;
  readonly clock: Clock;
  readonly random: Random;
  /** An id that no worker ever had (N1). */
  newWorkerId(): string;
}

/** Connections beside those of reads under way, which the budget bounds: listings. */
const otherSockets = 4;

/** The real edges: the AWS SDK, the machine's clock and randomness. */
export function sdkEdges(options: ResolvedConsumerOptions): ConsumerEdges {
  const { stream, client: given, clientConfig, connection, maxBufferedBytes, workerName } = options;
  const shared = connection?.join('Consumer', stream);
  const maxSockets = Math.ceil(maxBufferedBytes / readLimits.pageMaxBytes) + otherSockets;
  const client =
    given ??
    shared?.client ??
    connectKinesis(inRegionOf(stream, clientConfig ?? {}), { maxSockets, requestTimeoutMs });
  const onClose = () => {
    if (shared) shared.leave();
    else if (!given) client.destroy();
  };
  return {
    reads: sdkKinesisReads(client, stream, onClose),
    clock: systemClock,
    random: systemRandom,
    newWorkerId: () => `${workerName ?? hostname()}:${randomUUID()}`,
  };
}
