import type { DeleteStreamInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { streamReference } from '../member-shapes.js';
import { operation } from '../operation.js';
import { KinesisServiceError } from '../service-error.js';
import { requireActive } from '../stream-guards.js';

/**
 * DeleteStream: of a stream with registered consumers only where that is asked for; they go with it. While it is DELETING
 * the stream still answers reads and writes, as the service may.
 */
export const deleteStream = operation<DeleteStreamInput>(
  structure({ ...streamReference, EnforceConsumerDeletion: { type: 'boolean' } }),
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    requireActive(account, stream);
    const consumers = stream.consumers.list(now);
    if (consumers.length > 0 && !input.EnforceConsumerDeletion) {
      throw new KinesisServiceError(
        'ResourceInUseException',
        `Stream ${stream.name} under account ${account.id} has ${consumers.length} registered consumers; deregister ` +
          'them, or set EnforceConsumerDeletion.',
      );
    }
    const goneAtMs = now + account.transitionMs;
    for (const consumer of consumers) consumer.deregister(goneAtMs);
    stream.begin('DELETING', goneAtMs, () => account.remove(stream));
    return {};
  },
);
