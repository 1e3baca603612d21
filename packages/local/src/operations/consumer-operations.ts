import { unsupported } from './unsupported.js';

const later = 'it is being built.';

/** The operations on registered consumers, and the one that reads for them. */
export const consumerOperations = Object.freeze({
  DeregisterStreamConsumer: unsupported('DeregisterStreamConsumer', later),
  DescribeStreamConsumer: unsupported('DescribeStreamConsumer', later),
  ListStreamConsumers: unsupported('ListStreamConsumers', later),
  RegisterStreamConsumer: unsupported('RegisterStreamConsumer', later),
  SubscribeToShard: unsupported('SubscribeToShard', later),
});
