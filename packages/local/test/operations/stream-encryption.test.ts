import { describe, expect, it } from 'vitest';
import { arn, id, service, stream } from '../support/service.js';

const KeyId = 'alias/aws/kinesis';
const guid = '12345678-1234-1234-1234-123456789012';
const kms = { EncryptionType: 'KMS' as const, KeyId };

describe('StartStreamEncryption and StopStreamEncryption', () => {
  it('take effect when the stream is ACTIVE again, and show in both descriptions', async () => {
    const { call, clock } = service();
    const shown = async () => {
      const { StreamDescription } = await call('DescribeStream', { StreamName: stream });
      const { StreamDescriptionSummary } = await call('DescribeStreamSummary', { StreamName: stream });
      return [StreamDescription, StreamDescriptionSummary].map((description) => [
        description?.StreamStatus,
        description?.EncryptionType,
        description?.KeyId,
      ]);
    };
    const both = (one: readonly (string | undefined)[]) => [one, one];
    await call('StartStreamEncryption', { StreamName: stream, ...kms });
    expect(await shown()).toEqual(both(['UPDATING', 'NONE', undefined]));
    clock.pass(500);
    expect(await shown()).toEqual(both(['ACTIVE', 'KMS', KeyId]));
    const other = 'alias/other';
    await call('StartStreamEncryption', { StreamARN: arn, ...kms, KeyId: other });
    clock.pass(500);
    expect(await shown()).toEqual(both(['ACTIVE', 'KMS', other]));
    await call('StopStreamEncryption', { StreamARN: arn, ...kms, KeyId: other });
    expect(await shown()).toEqual(both(['UPDATING', 'KMS', other]));
    clock.pass(500);
    expect(await shown()).toEqual(both(['ACTIVE', 'NONE', undefined]));
  });

  it('mark the records and answers of puts from then on; records that are there stay as they were', async () => {
    const { call, put, iterator, clock } = service();
    const types: unknown[] = [];
    const putTwice = async () => {
      types.push((await put(['a', 'b'])).EncryptionType);
      const single = { StreamName: stream, Data: new Uint8Array(1), PartitionKey: 'k' };
      types.push((await call('PutRecord', single)).EncryptionType);
    };
    await putTwice();
    await call('StartStreamEncryption', { StreamName: stream, ...kms });
    await putTwice();
    clock.pass(500);
    await putTwice();
    await call('StopStreamEncryption', { StreamName: stream, ...kms });
    clock.pass(500);
    await putTwice();
    expect(types).toEqual([undefined, undefined, undefined, undefined, 'KMS', 'KMS', undefined, undefined]);
    const { Records } = await call('GetRecords', { ShardIterator: await iterator(id(0)) });
    const none = Array(6).fill(undefined);
    expect(Records?.map(({ EncryptionType }) => EncryptionType)).toEqual([
      ...none,
      'KMS',
      'KMS',
      'KMS',
      ...none.slice(0, 3),
    ]);
    expect(Records?.[0]).not.toHaveProperty('EncryptionType');
  });

  it('hold for shards that open later', async () => {
    const { call, put, iterator, clock } = service();
    await call('StartStreamEncryption', { StreamName: stream, ...kms });
    clock.pass(500);
    await call('SplitShard', { StreamName: stream, ShardToSplit: id(0), NewStartingHashKey: '5' });
    clock.pass(500);
    await put(['a'], '0');
    const { Records } = await call('GetRecords', { ShardIterator: await iterator(id(1)) });
    expect(Records?.map(({ EncryptionType }) => EncryptionType)).toEqual(['KMS']);
  });

  it.each([
    [guid],
    ['mrk-0123456789abcdef0123456789abcdef'],
    ['alias/MyAliasName'],
    ['arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012'],
    ['arn:aws:kms:us-east-1:123456789012:alias/MyAliasName'],
    ['arn:aws-cn:kms:cn-north-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef'],
  ])('know a key as %s', async (KeyId) => {
    await service().call('StartStreamEncryption', { StreamName: stream, EncryptionType: 'KMS', KeyId });
  });

  it.each([
    ['no stream', { ...kms }, 'InvalidArgumentException'],
    ['a stream that does not exist', { StreamName: 'none', ...kms }, 'ResourceNotFoundException'],
    ['the type NONE', { StreamName: stream, ...kms, EncryptionType: 'NONE' }, 'InvalidArgumentException'],
    ['an unknown type', { StreamName: stream, ...kms, EncryptionType: 'AES' }, 'ValidationException'],
    ['no type', { StreamName: stream, KeyId }, 'ValidationException'],
    ['no key', { StreamName: stream, EncryptionType: 'KMS' }, 'ValidationException'],
    ['a key that is a name', { StreamName: stream, ...kms, KeyId: 'key' }, 'InvalidArgumentException'],
    [
      'an alias without alias/',
      { StreamName: stream, ...kms, KeyId: 'aws/kinesis' },
      'InvalidArgumentException',
    ],
    [
      'a key/ without an ARN',
      { StreamName: stream, ...kms, KeyId: `key/${guid}` },
      'InvalidArgumentException',
    ],
    ['an id cut short', { StreamName: stream, ...kms, KeyId: guid.slice(1) }, 'InvalidArgumentException'],
    ['the ARN of no key', { StreamName: stream, ...kms, KeyId: arn }, 'InvalidArgumentException'],
  ])('refuse %s', async (_what, input, name) => {
    const { refused } = service();
    await refused('StartStreamEncryption', input, name);
    await refused('StopStreamEncryption', input, name);
  });

  it('refuse a stream that is not ACTIVE', async () => {
    const { call, refused } = service();
    await call('StartStreamEncryption', { StreamName: stream, ...kms });
    await refused('StartStreamEncryption', { StreamName: stream, ...kms }, 'ResourceInUseException');
    await refused('StopStreamEncryption', { StreamName: stream, ...kms }, 'ResourceInUseException');
  });

  it('are limited to 25 times each in any 24 hours on a stream', async () => {
    const { call, refused, clock } = service({ transitionMs: 0 });
    const input = { StreamName: stream, ...kms };
    for (let n = 0; n < 25; n += 1) {
      await call('StartStreamEncryption', input);
      await call('StopStreamEncryption', input);
      clock.pass(1_000);
    }
    await refused('StartStreamEncryption', input, 'LimitExceededException');
    await refused('StopStreamEncryption', input, 'LimitExceededException');
    clock.pass(86_400_000 - 25_000);
    await call('StartStreamEncryption', input);
    await call('StopStreamEncryption', input);
    await refused('StartStreamEncryption', input, 'LimitExceededException');
  });
});
