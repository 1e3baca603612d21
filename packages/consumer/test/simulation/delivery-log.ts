import type { UserRecord } from '@shardline/aggregation';

/** One call of a handler for one user record, or one of a batch. */
export interface Delivery {
  readonly shardId: string;
  readonly place: string;
  readonly workerId: string;
  readonly text: string;
  readonly startedMs: number;
  /** Undefined while the handler has not succeeded. */
  doneMs: number | undefined;
}

/** Everything that handlers were given, by all workers, in order. */
export class DeliveryLog {
  readonly deliveries: Delivery[] = [];
  readonly #done = new Set<string>();

  /** Notes that a handler was given a record. */
  begin(shardId: string, workerId: string, record: UserRecord, nowMs: number): Delivery {
    const place = placeOf(record);
    const delivery: Delivery = {
      shardId,
      place,
      workerId,
      text: record.text(),
      startedMs: nowMs,
      doneMs: undefined,
    };
    this.deliveries.push(delivery);
    return delivery;
  }

  /** Notes that the handler succeeded. */
  finish(delivery: Delivery, nowMs: number): void {
    delivery.doneMs = nowMs;
    this.#done.add(`${delivery.shardId}/${delivery.place}`);
  }

  isDone(shardId: string, place: string): boolean {
    return this.#done.has(`${shardId}/${place}`);
  }
}

/** A place in a shard as text. */
export function placeOf(record: {
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
}): string {
  return `${record.sequenceNumber}/${record.subSequenceNumber}`;
}
