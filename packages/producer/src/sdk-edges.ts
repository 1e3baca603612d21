import { connectKinesis } from '@shardline/core/connection';
import { systemClock, systemRandom } from '@shardline/core/internal';
import type { ResolvedProducerOptions } from './options.js';
import type { Edges } from './pipeline.js';
import { sdkKinesisApi } from './sdk-kinesis-api.js';

/** Longest wait for a TCP and TLS connection. KPL: ConnectTimeout. */
const connectTimeoutMs = 6_000;

/** The real edges: the AWS SDK, the machine's clock and randomness. */
export function sdkEdges(options: ResolvedProducerOptions): Edges {
  const { stream, client: given, clientConfig, maxInFlightRequests, requestTimeoutMs } = options;
  const client =
    given ??
    connectKinesis(clientConfig ?? {}, {
      maxSockets: maxInFlightRequests + 2,
      connectTimeoutMs,
      requestTimeoutMs,
    });
  const onClose = () => {
    if (!given) client.destroy();
  };
  return { api: sdkKinesisApi(client, stream, onClose), clock: systemClock, random: systemRandom };
}
