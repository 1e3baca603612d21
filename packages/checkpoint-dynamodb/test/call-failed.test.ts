import { describe, expect, test } from 'vitest';
import { callAborted, callFailed } from '../src/call-failed.js';

const facts = { tableName: 'tweets', call: 'UpdateItem', leaseKey: 'shard-1' } as const;

function thrown(name: string, status?: number): Error {
  const error = Object.assign(new Error('Sorry'), status && { $metadata: { httpStatusCode: status } });
  error.name = name;
  return error;
}

test.each([
  ['ProvisionedThroughputExceededException', 400, 'LEASE_TABLE_THROTTLED', true],
  ['ThrottlingException', 400, 'LEASE_TABLE_THROTTLED', true],
  ['RequestLimitExceeded', 400, 'LEASE_TABLE_THROTTLED', true],
  ['LimitExceededException', 400, 'LEASE_TABLE_THROTTLED', true],
  ['InternalServerError', 500, 'LEASE_TABLE_UNREACHABLE', true],
  ['ServiceUnavailable', 503, 'LEASE_TABLE_UNREACHABLE', true],
  ['TransactionConflictException', 400, 'LEASE_TABLE_UNREACHABLE', true],
  ['ReplicatedWriteConflictException', 400, 'LEASE_TABLE_UNREACHABLE', true],
  ['ResourceInUseException', 400, 'LEASE_TABLE_UNREACHABLE', true],
  ['TimeoutError', undefined, 'LEASE_TABLE_UNREACHABLE', true],
  ['ResourceNotFoundException', 400, 'LEASE_TABLE_NOT_FOUND', false],
  ['AccessDeniedException', 400, 'ACCESS_DENIED', false],
  ['UnrecognizedClientException', 400, 'CREDENTIALS_REJECTED', false],
  ['ExpiredTokenException', 400, 'CREDENTIALS_REJECTED', false],
  ['KMSDisabledException', 400, 'ENCRYPTION_KEY_UNUSABLE', false],
  ['ValidationException', 400, 'LEASE_TABLE_REFUSED', false],
  ['Unknown', 404, 'CLIENT_MISCONFIGURED', false],
])('%s (%s) is %s, retryable: %s', (name, status, code, retryable) => {
  const cause = thrown(name, status);
  const error = callFailed(facts, cause);
  expect(error).toMatchObject({ code, retryable, cause, ...facts });
  expect(error.message).toMatch(
    /^UpdateItem for lease "shard-1" on table "tweets" failed with \w+: Sorry\. [A-Z]/,
  );
});

describe('a missing right', () => {
  test.each([
    'DescribeTable',
    'CreateTable',
    'Scan',
    'GetItem',
    'PutItem',
    'UpdateItem',
    'DeleteItem',
  ] as const)('to %s is named', (call) => {
    const { message } = callFailed({ tableName: 'tweets', call }, thrown('AccessDeniedException', 400));
    expect(message).toContain(`Grant dynamodb:${call} on the table.`);
    expect(message).toContain(`${call} on table "tweets"`);
  });
});

test('a call that was given up may be made again, and says that a write may still take effect', () => {
  const reason = new Error('enough');
  const error = callAborted(facts, reason);
  expect(error).toMatchObject({ code: 'LEASE_CALL_ABORTED', retryable: true, cause: reason, ...facts });
  expect(error.message).toContain('may still take effect');
});
