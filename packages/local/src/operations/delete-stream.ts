import type { DeleteStreamInput } from '@aws-sdk/client-kinesis';
import { structure } from '../input-shape.js';
import { streamReference } from '../member-shapes.js';
import { operation } from '../operation.js';
import { requireActive } from '../stream-guards.js';

/** DeleteStream. While it is DELETING the stream still answers reads and writes, as the service may. */
export const deleteStream = operation<DeleteStreamInput>(
  structure({ ...streamReference, EnforceConsumerDeletion: { type: 'boolean' } }),
  ({ account, now }, input) => {
    const stream = account.stream(input, now);
    requireActive(account, stream);
    stream.begin('DELETING', now + account.transitionMs, () => account.remove(stream));
    return {};
  },
);
