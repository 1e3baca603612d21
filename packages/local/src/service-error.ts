import { ShardlineError } from '@shardline/core';

/** Names that the service gives to its errors, as far as the local Kinesis uses them. */
export type KinesisErrorName =
  | 'DryRunOperationException'
  | 'ExpiredIteratorException'
  | 'ExpiredNextTokenException'
  | 'IncompleteSignatureException'
  | 'InternalFailure'
  | 'InvalidArgumentException'
  | 'LimitExceededException'
  | 'LocalMemoryExceededException'
  | 'LocalUnsupportedOperationException'
  | 'MissingAuthenticationTokenException'
  | 'ProvisionedThroughputExceededException'
  | 'RequestEntityTooLargeException'
  | 'ResourceInUseException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'ValidationException';

/** The statuses that the service documents for its errors, where they are not 400. */
const usualStatuses: Readonly<Record<string, number>> = Object.freeze({
  InternalFailure: 500,
  InternalFailureException: 500,
  InvalidClientTokenId: 403,
  MissingAuthenticationToken: 403,
  OptInRequired: 403,
  RequestEntityTooLargeException: 413,
  ServiceUnavailable: 503,
  ServiceUnavailableException: 503,
});

const retryableNames: readonly string[] = [
  'InternalFailure',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ServiceUnavailable',
  'ThrottlingException',
];

/**
 * The service refused a call. `name` is the service's name for the error, such as `ResourceNotFoundException`, and
 * `$fault` and `$metadata` stand where the SDK's exceptions have them, so that code which classifies errors sees the
 * same in process and over HTTP.
 */
export class KinesisServiceError extends ShardlineError {
  override readonly code = 'KINESIS_SERVICE_ERROR';
  /** HTTP status of the answer. */
  readonly statusCode: number;
  /** Whose mistake the service says it is. */
  readonly $fault: 'client' | 'server';
  /** Where the SDK keeps the HTTP status. */
  readonly $metadata: { readonly httpStatusCode: number };

  /** `statusCode` is the service's usual one for an error of this name when absent. */
  constructor(name: KinesisErrorName | (string & {}), message: string, statusCode = usualStatusOf(name)) {
    super(message, { retryable: statusCode >= 500 || retryableNames.includes(name) });
    this.name = name;
    this.statusCode = statusCode;
    this.$fault = statusCode >= 500 ? 'server' : 'client';
    this.$metadata = { httpStatusCode: statusCode };
  }
}

function usualStatusOf(name: string): number {
  return (Object.hasOwn(usualStatuses, name) ? usualStatuses[name] : undefined) ?? 400;
}
