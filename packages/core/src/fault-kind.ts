/**
 * What a failed call means for the caller (P7):
 * - `throttled`: the service asks for less; nothing was stored.
 * - `transient`: try again; it may have been stored.
 * - `refused`: the request as it stands will never pass; nothing was stored.
 * - `not-found`, `access-denied`, `credentials`, `encryption`: nothing passes until an operator acts.
 * - `configuration`: nothing passes until the setup changes: the client threw before it sent anything, such as for a missing
 *   region, the certificate of the endpoint is not trusted, or something that is not the service answered, such as a proxy.
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

const kindByName: Readonly<Record<string, FaultKind>> = Object.freeze({
  ProvisionedThroughputExceededException: 'throttled',
  LimitExceededException: 'throttled',
  KMSThrottlingException: 'throttled',
  ThrottlingException: 'throttled',
  Throttling: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestThrottledException: 'throttled',
  RequestThrottled: 'throttled',
  ThrottledException: 'throttled',
  EC2ThrottledException: 'throttled',
  BandwidthLimitExceeded: 'throttled',
  SlowDown: 'throttled',
  PriorRequestNotComplete: 'throttled',
  TransactionInProgressException: 'throttled',
  ResourceNotFoundException: 'not-found',
  AccessDeniedException: 'access-denied',
  AccessDenied: 'access-denied',
  NotAuthorized: 'access-denied',
  OptInRequired: 'access-denied',
  CredentialsProviderError: 'credentials',
  TokenProviderError: 'credentials',
  UnrecognizedClientException: 'credentials',
  InvalidClientTokenId: 'credentials',
  InvalidAccessKeyId: 'credentials',
  AuthFailure: 'credentials',
  RequestTimeTooSkewed: 'credentials',
  RequestInTheFuture: 'credentials',
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
  // The SDK finds no endpoint for what its configuration asks for, such as FIPS where there is none.
  EndpointError: 'configuration',
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

/** Node's codes where TLS does not come about: no attempt mends a certificate, or a port that does not speak TLS. */
const brokenTls =
  /^(EPROTO$|ERR_TLS_|ERR_SSL_WRONG_VERSION|ERR_SSL_PACKET_LENGTH|CERT_|UNABLE_TO_|HOSTNAME_MISMATCH$)|SELF_SIGNED_CERT/;

/** Node's codes of a connection that was never made. Of one that breaks later the first two may also tell: see `syscall`. */
export const neverConnected: readonly string[] = [
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
];

/** The kind of a name that is known, whatever the status. */
export function knownKindOf(name: string): FaultKind | undefined {
  if (Object.hasOwn(kindByName, name)) return kindByName[name];
  return brokenTls.test(name) && !neverConnected.includes(name) ? 'configuration' : undefined;
}

/**
 * The kind of a service error name, such as the `ErrorCode` of a PutRecords entry, or of Node's code of a broken connection.
 * Unknown names are transient.
 */
export function faultKindOf(name: string): FaultKind {
  return knownKindOf(name) ?? 'transient';
}
