import type { Account } from './account.js';
import type { Refusal } from './operation.js';
import type { Shard } from './shard.js';
import type { Stream } from './stream.js';

/** The service's words for a shard whose limit is used up. */
export function throttled(account: Pick<Account, 'id'>, stream: Stream, shard: Shard): Refusal {
  return {
    code: 'ProvisionedThroughputExceededException',
    message: `Rate exceeded for shard ${shard.id} in stream ${stream.name} under account ${account.id}.`,
  };
}
