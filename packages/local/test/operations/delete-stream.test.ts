import { describe, expect, it } from 'vitest';
import { arn, service, stream } from '../support/service.js';

describe('DeleteStream', () => {
  it('makes the stream DELETING, then gone, with its records', async () => {
    const { call, clock, put, refused } = service({ transitionMs: 500 });
    await put(['a']);
    await call('DeleteStream', { StreamARN: arn });
    const { StreamDescription } = await call('DescribeStream', { StreamName: stream });
    expect(StreamDescription?.StreamStatus).toBe('DELETING');
    await put(['still accepted']);
    await refused('DeleteStream', { StreamName: stream }, 'ResourceInUseException');
    clock.pass(500);
    await refused('DescribeStream', { StreamName: stream }, 'ResourceNotFoundException');
    expect((await call('ListStreams', {})).StreamNames).toEqual([]);
  });

  it('gives back the memory that the records held', async () => {
    const { call, put, refused } = service({ transitionMs: 0, maxRetainedBytes: 500 });
    await put(['a', 'b', 'c']);
    await refused(
      'PutRecord',
      { StreamName: stream, Data: new Uint8Array(300), PartitionKey: 'k' },
      'LocalMemoryExceededException',
    );
    await call('DeleteStream', { StreamName: stream });
    await call('CreateStream', { StreamName: stream, ShardCount: 1 });
    await call('PutRecord', { StreamName: stream, Data: new Uint8Array(300), PartitionKey: 'k' });
  });

  it('takes registered consumers with it only where that is asked for', async () => {
    const { call, clock, refused } = service();
    await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    clock.pass(500);
    await refused('DeleteStream', { StreamName: stream }, 'ResourceInUseException');
    const unwanted = { StreamName: stream, EnforceConsumerDeletion: false };
    await refused('DeleteStream', unwanted, 'ResourceInUseException');
    await call('DeleteStream', { StreamName: stream, EnforceConsumerDeletion: true });
    const { Consumers } = await call('ListStreamConsumers', { StreamARN: arn });
    expect(Consumers?.map(({ ConsumerStatus }) => ConsumerStatus)).toEqual(['DELETING']);
    clock.pass(500);
    await refused('ListStreamConsumers', { StreamARN: arn }, 'ResourceNotFoundException');
  });

  it('is as before once the last consumer is gone', async () => {
    const { call } = service({ transitionMs: 0 });
    await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    await call('DeregisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    await call('DeleteStream', { StreamName: stream });
  });

  it('refuses a stream that does not exist', async () => {
    const error = await service().refused(
      'DeleteStream',
      { StreamName: 'none' },
      'ResourceNotFoundException',
    );
    expect(error.message).toBe('Stream none under account 000000000000 not found.');
  });
});
