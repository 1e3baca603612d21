import { describe, expect, it } from 'vitest';
import { arn, service } from '../support/service.js';

const Policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'kinesis:DescribeStreamSummary' },
});

describe('PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy', () => {
  it('keep one policy for a stream and one for a consumer, as they were put', async () => {
    const { call, clock, refused } = service();
    const { Consumer } = await call('RegisterStreamConsumer', { StreamARN: arn, ConsumerName: 'c' });
    clock.pass(500);
    const consumer = Consumer?.ConsumerARN ?? '';
    const other = Policy.replace('Allow', 'Deny');
    await call('PutResourcePolicy', { ResourceARN: arn, Policy: other });
    await call('PutResourcePolicy', { ResourceARN: arn, Policy });
    await call('PutResourcePolicy', { ResourceARN: consumer, Policy: other });
    expect(await call('GetResourcePolicy', { ResourceARN: arn })).toEqual({ Policy });
    expect(await call('GetResourcePolicy', { ResourceARN: consumer })).toEqual({ Policy: other });
    await call('DeleteResourcePolicy', { ResourceARN: arn });
    const error = await refused('GetResourcePolicy', { ResourceARN: arn }, 'ResourceNotFoundException');
    expect(error.message).toBe(`No resource policy found for resource ARN ${arn}.`);
    await refused('DeleteResourcePolicy', { ResourceARN: arn }, 'ResourceNotFoundException');
    expect(await call('GetResourcePolicy', { ResourceARN: consumer })).toEqual({ Policy: other });
  });

  it('change nothing while the resource is not ACTIVE', async () => {
    const { call, refused } = service();
    await call('PutResourcePolicy', { ResourceARN: arn, Policy });
    await call('DeleteStream', { StreamARN: arn });
    await refused('PutResourcePolicy', { ResourceARN: arn, Policy }, 'ResourceInUseException');
    await refused('DeleteResourcePolicy', { ResourceARN: arn }, 'ResourceInUseException');
    expect(await call('GetResourcePolicy', { ResourceARN: arn })).toEqual({ Policy });
  });

  it.each([
    ['PutResourcePolicy', { ResourceARN: `${arn}x`, Policy }, 'ResourceNotFoundException'],
    ['PutResourcePolicy', { ResourceARN: `${arn}/consumer/c:1`, Policy }, 'ResourceNotFoundException'],
    ['PutResourcePolicy', { ResourceARN: arn, Policy: '{}' }, 'InvalidArgumentException'],
    ['PutResourcePolicy', { ResourceARN: arn }, 'ValidationException'],
    ['PutResourcePolicy', { Policy }, 'ValidationException'],
    ['GetResourcePolicy', { ResourceARN: 's' }, 'ValidationException'],
    ['GetResourcePolicy', { ResourceARN: `${arn}x` }, 'ResourceNotFoundException'],
  ])('refuse %s %j with %s', async (operation, input, name) => {
    await service().refused(operation, input, name);
  });
});
