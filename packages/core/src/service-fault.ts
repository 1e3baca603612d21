/**
 * What a failed call means for the caller (P7):
 * - `throttled`: the service asks for less; nothing was stored.
 * - `transient`: try again; it may have been stored.
 * - `refused`: the request as it stands will never pass; nothing was stored.
 * - `not-found`, `access-denied`, `credentials`, `encryption`: nothing passes until an operator acts.
 * - `configuration`: the client threw before it sent anything, such as for a missing region.
 */
export type FaultKind =
  | 'throttled'
  | 'transient'
  | 'refused'
  | 'not-found'
  | 'access-denied'
  | 'credentials'
  | 'encryption'
  | 'configuration';

/** A failed call to the service, reduced to what decisions need. */
export interface ServiceFault {
  readonly kind: FaultKind;
  /** The service's error name, or Node's code of a broken connection. */
  readonly name: string;
  readonly message: string;
  /** Whether the service answered at all. Without an answer a put may have been stored. */
  readonly answered: boolean;
  /** The error as it was thrown. */
  readonly cause: unknown;
}

const kindByName: Readonly<Record<string, FaultKind>> = Object.freeze({
  ProvisionedThroughputExceededException: 'throttled',
  LimitExceededException: 'throttled',
  KMSThrottlingException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  ResourceNotFoundException: 'not-found',
  AccessDeniedException: 'access-denied',
  AccessDenied: 'access-denied',
  NotAuthorized: 'access-denied',
  OptInRequired: 'access-denied',
  CredentialsProviderError: 'credentials',
  TokenProviderError: 'credentials',
  UnrecognizedClientException: 'credentials',
  InvalidClientTokenId: 'credentials',
  InvalidSignatureException: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  IncompleteSignature: 'credentials',
  IncompleteSignatureException: 'credentials',
  MissingAuthenticationTokenException: 'credentials',
  MissingAuthenticationToken: 'credentials',
  ExpiredTokenException: 'credentials',
  ExpiredToken: 'credentials',
  KMSDisabledException: 'encryption',
  KMSInvalidStateException: 'encryption',
  KMSNotFoundException: 'encryption',
  KMSAccessDeniedException: 'encryption',
  KMSOptInRequired: 'encryption',
  ValidationException: 'refused',
  ValidationError: 'refused',
  InvalidArgumentException: 'refused',
  SerializationException: 'refused',
  InvalidParameterValue: 'refused',
  RequestEntityTooLarge: 'refused',
  UnknownOperationException: 'refused',
  ResourceInUseException: 'transient',
  InternalFailure: 'transient',
  InternalFailureException: 'transient',
  InternalServerError: 'transient',
  ServiceUnavailable: 'transient',
  ServiceUnavailableException: 'transient',
  RequestTimeout: 'transient',
  RequestTimeoutException: 'transient',
  RequestExpired: 'transient',
});

/** The kind of a service error name, such as the `ErrorCode` of a PutRecords entry. Unknown names are transient. */
export function faultKindOf(name: string): FaultKind {
  return Object.hasOwn(kindByName, name) ? (kindByName[name] ?? 'transient') : 'transient';
}

/** Reduces whatever a client threw to a {@link ServiceFault}. */
export function serviceFaultOf(error: unknown): ServiceFault {
  const facts = (typeof error === 'object' && error !== null ? error : {}) as {
    name?: unknown;
    code?: unknown;
    message?: unknown;
    $metadata?: { httpStatusCode?: unknown };
    $response?: unknown;
  };
  const status = facts.$metadata?.httpStatusCode;
  const answered = typeof status === 'number';
  const name = nameOf(facts);
  const message = typeof facts.message === 'string' ? facts.message : String(error);
  const fromName = Object.hasOwn(kindByName, name) ? kindByName[name] : undefined;
  const kind = fromName ?? (isOwnMistake(facts) && !answered ? 'configuration' : kindOfStatus(status));
  return { kind, name, message, answered, cause: error };
}

/** Broken connections carry Node's `code` or a name of their own; a plain Error without one was thrown by the client itself. */
function isOwnMistake(facts: { name?: unknown; code?: unknown }): boolean {
  return facts.code === undefined && ['Error', 'TypeError', 'RangeError'].includes(String(facts.name));
}

function nameOf(facts: { name?: unknown; code?: unknown }): string {
  const { name, code } = facts;
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  return typeof code === 'string' ? code : 'UnknownError';
}

/** For names that we do not know: a client error will not pass unchanged, all else may. */
function kindOfStatus(status: unknown): FaultKind {
  if (typeof status !== 'number') return 'transient';
  if (status === 429) return 'throttled';
  if (status === 403 || status === 401) return 'access-denied';
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'transient';
}
