import { ShardlineError } from '@shardline/core';
import { describe, expect, it } from 'vitest';
import { KinesisServiceError } from '../src/index.js';

describe('KinesisServiceError', () => {
  it.each([
    ['ResourceNotFoundException', 400, false, 'client'],
    ['ProvisionedThroughputExceededException', 400, true, 'client'],
    ['LimitExceededException', 400, true, 'client'],
    ['InternalFailure', 500, true, 'server'],
    ['Anything', 503, true, 'server'],
    ['AccessDeniedException', 403, false, 'client'],
  ])('%s with status %i looks like the SDK’s exception', (name, statusCode, retryable, $fault) => {
    const error = new KinesisServiceError(name, 'what', statusCode);
    expect(error).toBeInstanceOf(ShardlineError);
    expect(error).toMatchObject({
      name,
      message: 'what',
      code: 'KINESIS_SERVICE_ERROR',
      statusCode,
      retryable,
      $fault,
      $metadata: { httpStatusCode: statusCode },
    });
  });
});
