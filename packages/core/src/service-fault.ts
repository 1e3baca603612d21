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
  const facts: ThrownFacts = typeof error === 'object' && error !== null ? error : {};
  const status = facts.$metadata?.httpStatusCode;
  const answered = typeof status === 'number';
  const name = nameOf(facts);
  const fromName = Object.hasOwn(kindByName, name) ? kindByName[name] : undefined;
  const kind = fromName ?? (isOwnMistake(facts) && !answered ? 'configuration' : kindOfStatus(status));
  return { kind, name, message: messageOf(facts) ?? String(error), answered, cause: error };
}

/** What may be known of something thrown. */
interface ThrownFacts {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError: a host that has several addresses refuses at each. */
  readonly errors?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

/** Names of plain errors: what happened is in Node's `code`. */
const plainNames: readonly unknown[] = ['Error', 'TypeError', 'RangeError', 'AggregateError'];

/**
 * Broken connections carry Node's `code` or a name of their own, fetch has them as the cause of a TypeError; a plain Error without
 * one was thrown by the client itself, and so was what Node says about wrong arguments, such as an endpoint that is no URL.
 */
function isOwnMistake(facts: ThrownFacts): boolean {
  const code = codeOf(facts);
  if (facts.name === 'AggregateError' || !plainNames.includes(facts.name)) return false;
  return code === undefined || (facts.name !== 'Error' && code.startsWith('ERR_'));
}

function codeOf({ code, cause }: ThrownFacts): string | undefined {
  if (typeof code === 'string') return code;
  if (code !== undefined || typeof cause !== 'object' || cause === null) return undefined;
  const { code: ofCause } = cause as ThrownFacts;
  return typeof ofCause === 'string' ? ofCause : undefined;
}

function nameOf(facts: ThrownFacts): string {
  const { name } = facts;
  if (typeof name === 'string' && name !== '' && !plainNames.includes(name)) return name;
  const plain = typeof name === 'string' && name !== '' && name !== 'Error' ? name : 'UnknownError';
  return codeOf(facts) ?? plain;
}

function messageOf({ message, errors }: ThrownFacts): string | undefined {
  if (typeof message === 'string' && message !== '') return message;
  const each = Array.isArray(errors) ? errors.map((error: ThrownFacts | undefined) => error?.message) : [];
  const words = each.filter((one) => typeof one === 'string').join('; ');
  return words === '' && typeof message !== 'string' ? undefined : words;
}

/** For names that we do not know: a client error will not pass unchanged, all else may. */
function kindOfStatus(status: unknown): FaultKind {
  if (typeof status !== 'number') return 'transient';
  if (status === 429) return 'throttled';
  if (status === 403 || status === 401) return 'access-denied';
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'transient';
}
