import type { Producer } from '@shardline/producer';
import { statusOf } from '../http-status.js';

/** What an API Gateway, or a function URL, hands over. */
export interface HttpEvent {
  readonly body: string;
}

/**
 * Makes a Lambda function that puts. The producer is made once, outside the handler, so that warm invocations find it connected; its
 * records are awaited within, since a frozen process sends nothing.
 */
export function createHandler(producer: Producer) {
  return async ({ body }: HttpEvent) => {
    const orders: { id: number; customer: string }[] = JSON.parse(body);
    const outcomes = await producer.putMany(
      orders.map((order) => ({ partitionKey: order.customer, data: JSON.stringify(order) })),
    );
    // Where records are put without awaiting (put, tryPut): await producer.flush() here, before the answer.
    const failed = [...outcomes.failures()].map(({ index, error }) => ({
      id: orders[index]?.id,
      code: error.code,
      status: statusOf(error.code),
    }));
    // One to send again makes it a 503, or a 429; a 400 says that no failed one is.
    return {
      statusCode: Math.max(200, ...failed.map(({ status }) => status)),
      body: JSON.stringify({ failed }),
    };
  };
}
