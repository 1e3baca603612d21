import { expect, it } from 'vitest';
import { service } from '../support/service.js';

it('says which operation is not offered, and why', async () => {
  const { kinesis } = service();
  for (const name of ['CreateChannel', 'DeleteChannel', 'DescribeChannel', 'ListChannels', 'UpdateChannel']) {
    await expect(kinesis.call(name, {})).rejects.toMatchObject({
      name: 'LocalUnsupportedOperationException',
      message: `The local Kinesis does not offer ${name}: channels deliver to S3, which is not here.`,
      statusCode: 400,
      retryable: false,
    });
  }
});
