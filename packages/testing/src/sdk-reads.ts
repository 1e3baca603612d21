import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { KinesisReads } from './kinesis-reads.js';

/**
 * Reads a stream through a client of the AWS SDK. The SDK is loaded at the first call, so that tests in virtual time do not
 * pay for it.
 */
export function sdkReads(client: KinesisClient): KinesisReads {
  return {
    async call(operation, input, options) {
      const sdk = await import('@aws-sdk/client-kinesis');
      const settings = options?.signal ? { abortSignal: options.signal } : {};
      switch (operation) {
        case 'ListShards':
          return client.send(new sdk.ListShardsCommand(input), settings);
        case 'GetShardIterator':
          return client.send(new sdk.GetShardIteratorCommand(input as never), settings);
        case 'GetRecords':
          return client.send(new sdk.GetRecordsCommand(input as never), settings);
        default:
          throw new TypeError(`sdkReads: ${operation} is not an operation that reads a stream.`);
      }
    },
  };
}
