import { type FaultKind, knownKindOf, neverConnected } from './fault-kind.js';
import { type ForeignAnswer, inWords, looksLikeTheServices } from './foreign-answer.js';
import { endpointOf } from './name-endpoint.js';
import { type Unsent, unsentOf } from './unsent.js';

/** A failed call to the service, reduced to what decisions need. */
export interface ServiceFault {
  readonly kind: FaultKind;
  /**
   * The service's error name, Node's code of a broken connection, `Http` and the status of an answer that names no error,
   * `Proxy` and that of a proxy which opened no tunnel, or `CredentialsUnavailable`.
   */
  readonly name: string;
  readonly message: string;
  /** Whether the service answered at all. Without an answer a put may have been stored. */
  readonly answered: boolean;
  /**
   * Whether the request may have left this machine: false for what failed before there were credentials to sign it with, or a
   * connection. What was not sent was not stored.
   */
  readonly sent: boolean;
  /** The error as it was thrown. */
  readonly cause: unknown;
}

/** Reduces whatever a client threw to a {@link ServiceFault}. */
export function serviceFaultOf(error: unknown): ServiceFault {
  const fault = thrownFaultOf(error);
  const unsent = unsentOf(error);
  if (unsent === undefined) return fault;
  const never = { answered: false, sent: false } as const;
  if (unsent.lacks !== undefined) return { ...fault, ...inVain(fault, unsent.name, unsent.lacks), ...never };
  return { ...fault, ...(isProviders(fault) && ofProvider(fault, unsent)), ...never };
}

/** A call that was given up while it waited. What was given up for another reason than time keeps that name. */
function inVain({ name, message, sent }: ServiceFault, better: string, lacks: string) {
  // What is known not to be sent says why.
  const words = sent ? `${message.replace(/\.$/, '')}: ${lacks}.` : message;
  return { name: name === 'TimeoutError' ? better : name, message: words };
}

/** Whether a call that failed before it was signed did so for the provider of credentials, and does not say so itself. */
function isProviders({ kind, name, cause }: ServiceFault): boolean {
  const facts = factsOf(cause);
  if (facts.$metadata?.httpStatusCode !== undefined) return true;
  if (isNoMemory(facts, codeOf(facts)) || (kind === 'configuration' && isOwnMistake(facts))) return false;
  return kind !== 'credentials' && name !== 'EndpointError';
}

/** What others answered to the provider says nothing of Kinesis: its throttling, its streams, its rights. */
function ofProvider({ kind, name, message }: ServiceFault, unsent: Unsent) {
  if (kind === 'transient' || kind === 'throttled') {
    const words = `The provider of credentials failed with ${name}: ${message}`;
    return { kind: 'transient', name: unsent.name, message: words } as const;
  }
  const lasting = kind === 'configuration' ? kind : 'credentials';
  return { kind: lasting, message: `The provider of credentials failed: ${message}` } as const;
}

function factsOf(error: unknown): ThrownFacts {
  return typeof error === 'object' && error !== null ? error : {};
}

function thrownFaultOf(error: unknown): ServiceFault {
  const facts = factsOf(error);
  const status = facts.$metadata?.httpStatusCode;
  const answered = typeof status === 'number';
  const tunnel = answered ? undefined : tunnelFaultOf(facts);
  if (tunnel) return { ...tunnel, answered, sent: false, cause: error };
  const given = nameOf(facts);
  const named = !answered || !unnamed.includes(given);
  const isOwn = !answered && isOwnMistake(facts);
  const name = named ? (isOwn ? mistakeIn(facts, given) : given) : `Http${status}`;
  const kind =
    knownKindOf(name) ??
    (isOwn ? 'configuration' : kindOfStatus(status, named, looksLikeTheServices(facts.$response)));
  const sent = answered || (!neverSent.includes(kind) && !isUnconnected(facts));
  const words = (named ? undefined : strangersWords(facts, status)) ?? messageOf(facts) ?? String(error);
  return { kind, name, message: withPlace(boundedWords(words), facts), answered, sent, cause: error };
}

/** Says where the request went that nobody answered, unless the words do. */
function withPlace(words: string, facts: ThrownFacts): string {
  const endpoint = facts.$metadata?.httpStatusCode === undefined ? endpointOf(facts) : undefined;
  if (endpoint === undefined || words.includes(endpoint.replace(/^.*\/\/|:\d+$/g, ''))) return words;
  return `${words.replace(/\.$/, '')} (to ${endpoint})`;
}

/** Most characters of a message: it stays in the history of every record of the request, and others than the service word errors too. */
const longestMessage = 2_000;

/** As much of what somebody else said as is kept. */
export function boundedWords(words: string): string {
  // One line: whoever quotes it goes on behind it.
  const line = words.slice(0, longestMessage).replace(/\s+/g, ' ').trim();
  if (words.length <= longestMessage) return line;
  // A copy: a part of a text keeps the whole alive.
  return `${Buffer.from(line).toString()}…`;
}

/** What agents of proxies (hpagent, tunnel) say of a CONNECT that was refused: plain errors, with the status in their words. */
const noTunnel = /^(?:Bad response: |tunneling socket could not be established, statusCode=)(\d{3})$/;

/** A proxy opened no tunnel: it may later, unless it says that it will not. Nothing went through it. */
function tunnelFaultOf(facts: ThrownFacts): Pick<ServiceFault, 'kind' | 'name' | 'message'> | undefined {
  const words = messageOf(facts) ?? '';
  if (words === 'Proxy timeout') {
    return { kind: 'transient', name: 'ProxyTimeout', message: 'The proxy did not answer CONNECT in time.' };
  }
  const status = Number(noTunnel.exec(words)?.[1]);
  if (Number.isNaN(status)) return undefined;
  const mayPass = status >= 500 || status === 429 || status === 408;
  const message = `The proxy answered CONNECT with ${status}.`;
  return { kind: mayPass ? 'transient' : 'configuration', name: `Proxy${status}`, message };
}

/** Kinds that arise on this machine where the service did not answer. */
const neverSent: readonly FaultKind[] = ['credentials', 'configuration'];

/** What the SDK calls an answer that it cannot read, such as a proxy's page. */
const unread: readonly unknown[] = ['SyntaxError', 'Error', 'TypeError', 'RangeError'];
/** What it calls one that is no error of the service, for that reason or since it has no name. */
const unnamed: readonly unknown[] = [...unread, 'Unknown', 'UnknownError'];

/** What the SDK says of an answer without words. */
const wordless: readonly unknown[] = ['', 'UnknownError'];

/** What to say of an answer that the service has not worded. Undefined where it has words of its own, though no name. */
function strangersWords(facts: ThrownFacts, status: unknown): string | undefined {
  const words = messageOf(facts) ?? '';
  const isUnread = unread.includes(facts.name);
  if (!isUnread && !wordless.includes(words) && words !== facts.name) return undefined;
  const [first = ''] = isUnread ? words.split('\n') : [];
  return inWords(status, facts.$response ?? {}, first.replace(/\.$/, ''), endpointOf(facts));
}

/** Said of a connection that did not come about: by the SDK's handler, and by Node of one that ended within the TLS handshake. */
const notInTime = /did not establish a connection with the server within/;
const endedInTls = /disconnected before secure TLS connection was established/;

/** An unreachable host is also told of by a connection that was open: that one broke while it was written to or read from. */
function isUnconnected(facts: ThrownFacts): boolean {
  const { code, syscall } = bearerOf(facts);
  if (syscall === 'read' || syscall === 'write') return false;
  const words = messageOf(facts) ?? '';
  if (notInTime.test(words) || endedInTls.test(words)) return true;
  return syscall === 'connect' || (typeof code === 'string' && neverConnected.includes(code));
}

/** What may be known of something thrown. */
interface ThrownFacts {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  /** Of an AggregateError: a host that has several addresses refuses at each. */
  readonly errors?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
  readonly $response?: ForeignAnswer;
}

/** Names of plain errors: what happened is in Node's `code`. */
const plainNames: readonly unknown[] = ['Error', 'TypeError', 'RangeError', 'AggregateError'];

/**
 * Broken connections carry Node's `code` or a name of their own, fetch has them as the cause of a TypeError; a plain Error without
 * one was thrown by the client itself, and so was what Node says about wrong arguments, such as an endpoint that is no URL.
 */
function isOwnMistake(facts: ThrownFacts): boolean {
  const code = codeOf(facts);
  if (isNoMemory(facts, code)) return false;
  if (facts.name === 'AggregateError' || !plainNames.includes(facts.name)) return false;
  return code === undefined || (facts.name !== 'Error' && code.startsWith('ERR_'));
}

/** There was no memory, such as for reading the answer: that passes, and says nothing of what came before. */
function isNoMemory({ name, message }: ThrownFacts, code: string | undefined): boolean {
  if (code === 'ERR_MEMORY_ALLOCATION_FAILED') return true;
  return name === 'RangeError' && code === undefined && /allocation failed/i.test(String(message));
}

/** What the client says of itself has no name: a missing region is the one that most meet. */
function mistakeIn(facts: ThrownFacts, name: string): string {
  if (name !== 'UnknownError') return name;
  return facts.message === 'Region is missing' ? 'MissingRegion' : 'ClientError';
}

function codeOf(facts: ThrownFacts): string | undefined {
  const { code } = bearerOf(facts);
  return typeof code === 'string' ? code : undefined;
}

/** Of an error and its cause the one that has Node's code. */
function bearerOf(facts: ThrownFacts): ThrownFacts {
  const { code, cause } = facts;
  return code === undefined && typeof cause === 'object' && cause !== null ? cause : facts;
}

/** A connection that broke under the SDK's own handler is called a time-out, and is none: its code says so. */
const brokenConnections: readonly unknown[] = ['ECONNRESET', 'EPIPE'];

function nameOf(facts: ThrownFacts): string {
  const { name } = facts;
  const code = codeOf(facts);
  if (name === 'TimeoutError' && code !== undefined && brokenConnections.includes(code)) return code;
  if (name === 'TimeoutError' && notInTime.test(messageOf(facts) ?? '')) return 'ETIMEDOUT';
  if (typeof name === 'string' && name !== '' && !plainNames.includes(name)) return name;
  const plain = typeof name === 'string' && name !== '' && name !== 'Error' ? name : 'UnknownError';
  return code ?? plain;
}

function messageOf({ message, errors }: ThrownFacts): string | undefined {
  if (typeof message === 'string' && message !== '') return message;
  const each = Array.isArray(errors) ? errors.map((error: ThrownFacts | undefined) => error?.message) : [];
  const words = each.filter((one) => typeof one === 'string').join('; ');
  return words === '' && typeof message !== 'string' ? undefined : words;
}

/**
 * For names that we do not know: a client error will not pass unchanged, all else may. The service names its errors,
 * redirects nobody, and has none of 404, 405 and 407: those, and an unnamed 401 or 403, are of something else on the way. So is
 * any other that neither has a name nor looks like the service's, which says nothing of the request but that it may be too large (413).
 */
function kindOfStatus(status: unknown, named: boolean, isOfService: boolean): FaultKind {
  if (typeof status !== 'number') return 'transient';
  if (status === 429) return 'throttled';
  if (status >= 300 && status < 400) return 'configuration';
  if (status === 404 || status === 405 || status === 407) return 'configuration';
  if (status === 403 || status === 401) return named ? 'access-denied' : 'configuration';
  if (status < 400 || status >= 500 || status === 408) return 'transient';
  return named || isOfService || status === 413 ? 'refused' : 'transient';
}
