import type { ConsumerEvent } from '@shardline/consumer';

/** Those of a consumer's events that an operator should know of, in words; undefined for the others. */
export function consumerEventInWords(event: ConsumerEvent): string | undefined {
  switch (event.type) {
    case 'started':
      return event.reason === 'created'
        ? 'a new application: nothing was counted under its name before'
        : undefined;
    case 'lease-gained': {
      const { sequenceNumber } = event.checkpoint;
      const place = /^\d/.test(sequenceNumber) ? `behind ${sequenceNumber}` : `from ${sequenceNumber}`;
      return `${event.shardId}: counting ${place} (${event.reason})`;
    }
    case 'lease-released':
      return event.reason === 'stop'
        ? undefined
        : `${event.shardId}: no longer counted here (${event.reason})`;
    case 'shard-ended':
      return `${event.shardId}: ended (${event.reason})`;
    case 'records-dropped':
      return `${event.shardId}: ${event.userRecords} records left out, their producer has put them again`;
    case 'corrupt-aggregate':
      return `${event.shardId}: ${event.sequenceNumber} begins like an aggregate and is none`;
    case 'stop-deadline':
      return `stopped without waiting for ${event.shardIds.join(', ')}`;
    default:
      return undefined; // failures come to onError too, in full
  }
}
