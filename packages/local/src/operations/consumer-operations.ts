import {
  deregisterStreamConsumer,
  describeStreamConsumer,
  listStreamConsumers,
  registerStreamConsumer,
} from './stream-consumers.js';
import { subscribeToShard } from './subscribe-to-shard.js';

/** The operations on registered consumers, and the one that reads for them. */
export const consumerOperations = Object.freeze({
  DeregisterStreamConsumer: deregisterStreamConsumer,
  DescribeStreamConsumer: describeStreamConsumer,
  ListStreamConsumers: listStreamConsumers,
  RegisterStreamConsumer: registerStreamConsumer,
  SubscribeToShard: subscribeToShard,
});
