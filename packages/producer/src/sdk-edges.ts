import { connectKinesis } from '@shardline/core/connection';
import { inRegionOf, systemClock, systemRandom } from '@shardline/core/internal';
import type { Edges } from './edges.js';
import { memoryShares } from './memory-shares.js';
import type { ResolvedProducerOptions } from './options.js';
import { type OwnBodies, sdkKinesisApi } from './sdk-kinesis-api.js';

/** The real edges: the AWS SDK, the machine's clock and randomness. */
export function sdkEdges(options: ResolvedProducerOptions): Edges {
  const {
    stream,
    streamId,
    client: given,
    clientConfig,
    connection,
    maxInFlightRequests,
    maxOutstandingBytes,
  } = options;
  const shared = connection?.join('Producer', stream);
  const client =
    given ??
    shared?.client ??
    connectKinesis(inRegionOf(stream, clientConfig ?? {}), {
      maxSockets: maxInFlightRequests + 2,
      // No time-out of the client's own: whoever calls has one, which tells a silent service from a process that was frozen.
    });
  const onClose = () => {
    if (shared) shared.leave();
    else if (!given) client.destroy();
  };
  // A protocol that somebody chose has a serializer of its own, as has a client that was made elsewhere.
  const hasOwnProtocol = shared ? shared.hasOwnProtocol : clientConfig?.protocol !== undefined;
  const isOwn = !given && !hasOwnProtocol;
  const bodies: OwnBodies | undefined = isOwn
    ? { format: options.bodyFormat, clock: systemClock, ...memoryShares(maxOutstandingBytes) }
    : undefined;
  return {
    api: sdkKinesisApi(client, stream, onClose, bodies, streamId),
    clock: systemClock,
    random: systemRandom,
  };
}
