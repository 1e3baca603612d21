import { deaggregate, type LambdaKinesisRecord } from '@shardline/aggregation';

/** What Lambda is answered: the records to begin the next attempt with. Needs ReportBatchItemFailures on the event source. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * A Lambda function for a Kinesis event source, aggregated records or not. It stops at the first user record that fails and names
 * its sequence number; Lambda then calls again with the batch from there on, and checkpoints what came before.
 *
 * A sequence number names a stored record, and all members of an aggregate share it. So where one member fails, the members
 * before it are processed again: `processOrder` must stand being called twice, like all work on a stream.
 */
export function createHandler(processOrder: (order: Order) => Promise<void>) {
  return async (event: { readonly Records: readonly LambdaKinesisRecord[] }): Promise<BatchResponse> => {
    for (const record of deaggregate(event)) {
      try {
        await processOrder(record.json<Order>());
      } catch (error) {
        console.log(
          `record ${record.sequenceNumber}/${record.subSequenceNumber} failed: ${(error as Error).message}`,
        );
        return { batchItemFailures: [{ itemIdentifier: record.sequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

/** What the stream holds. */
export interface Order {
  readonly id: number;
}

/**
 * The function to deploy.
 * @public
 */
export const handler = createHandler(async (order) => console.log(`order ${order.id}`));
