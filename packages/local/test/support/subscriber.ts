import type { StartingPosition, SubscribeToShardEvent } from '@aws-sdk/client-kinesis';
import { id, type Service } from './service.js';

/** What one pull of a subscription came to. */
export type Pulled = SubscribeToShardEvent | 'end' | Error;

/** One subscription, pulled event by event. */
export interface Subscriber {
  /** The next event, or how the subscription ended; waits in the clock's time. */
  pull(): Promise<Pulled>;
  /** What a pull comes to at the clock's present time; `undefined` if nothing comes. */
  pullNow(): Promise<Pulled | undefined>;
  /** What a pull comes to before so much time has passed, second by second; `undefined` if nothing comes. */
  pullWithin(ms: number): Promise<Pulled | undefined>;
  return(): Promise<void>;
}

/** The ARN of a consumer of `stream`, registered and ACTIVE. */
export async function makeConsumer({ call, clock }: Service, StreamARN: string, name = 'c'): Promise<string> {
  const { Consumer } = await call('RegisterStreamConsumer', { StreamARN, ConsumerName: name });
  clock.pass(1_000);
  return Consumer?.ConsumerARN ?? '';
}

/** Subscribes to a shard by its number. */
export async function subscribe(
  service: Service,
  consumerArn: string,
  shard = 0,
  StartingPosition: StartingPosition = { Type: 'TRIM_HORIZON' },
): Promise<Subscriber> {
  const input = { ConsumerARN: consumerArn, ShardId: id(shard), StartingPosition };
  const { EventStream } = await service.call('SubscribeToShard', input);
  const events = EventStream?.[Symbol.asyncIterator]();
  if (!events) throw new Error('there are no events');
  let pending: Promise<Pulled> | undefined;
  const pull = () => {
    pending ??= events.next().then(
      ({ done, value }) => (done ? 'end' : (value.SubscribeToShardEvent as SubscribeToShardEvent)),
      (error: Error) => error,
    );
    const pulled = pending;
    pulled.then(() => {
      pending = undefined;
    });
    return pulled;
  };
  const pullWithin = async (ms: number) => {
    let pulled: Pulled | undefined;
    void pull().then((outcome) => {
      pulled = outcome;
    });
    await service.clock.advance(0);
    for (let passed = 0; pulled === undefined && passed < ms; passed += 1_000)
      await service.clock.advance(1_000);
    return pulled;
  };
  return {
    pull,
    pullNow: () => pullWithin(0),
    pullWithin,
    async return() {
      await events.return?.();
    },
  };
}

/** The data of an event's records as texts; how the subscription ended otherwise. */
export function textsOf(pulled: Pulled | undefined): readonly string[] | string | undefined {
  if (pulled === undefined || pulled === 'end') return pulled;
  if (pulled instanceof Error) return pulled.name;
  return (pulled.Records ?? []).map(({ Data }) => Buffer.from(Data ?? []).toString());
}
