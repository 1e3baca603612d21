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

  it.each([
    ['InternalFailure', 500],
    ['InternalFailureException', 500],
    ['ServiceUnavailable', 503],
    ['ThrottlingException', 400],
    ['AccessDeniedException', 400],
    ['KMSAccessDeniedException', 400],
    ['KMSThrottlingException', 400],
    ['OptInRequired', 403],
    ['constructor', 400],
  ])('has for %s the status %i unless told otherwise', (name, statusCode) => {
    expect(new KinesisServiceError(name, 'what')).toMatchObject({
      statusCode,
      $fault: statusCode >= 500 ? 'server' : 'client',
    });
  });
});
