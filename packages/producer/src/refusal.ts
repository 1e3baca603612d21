import type { FaultKind, ServiceFault } from '@shardline/core/internal';
import { type FailedRecordFacts, type PutFailedCode, PutFailedError, StartFailedError } from './errors.js';

/** What a lasting refusal is called and what its reader should do (P7). */
const advice: Readonly<Partial<Record<FaultKind, readonly [PutFailedCode, string]>>> = Object.freeze({
  'not-found': ['STREAM_NOT_FOUND', 'Check the stream name or ARN, the region and the account.'],
  'access-denied': [
    'ACCESS_DENIED',
    'Grant kinesis:PutRecords, kinesis:ListShards and kinesis:DescribeStreamSummary.',
  ],
  credentials: [
    'CREDENTIALS_REJECTED',
    'Provide valid AWS credentials, and check the clock of this machine.',
  ],
  encryption: [
    'ENCRYPTION_KEY_UNUSABLE',
    "Check that the stream's KMS key is enabled and that this role may use it.",
  ],
  configuration: [
    'CLIENT_MISCONFIGURED',
    'Check clientConfig (region, credentials, endpoint) or the given client, and certificates and proxies on the way.',
  ],
  refused: ['RECORD_REFUSED', "Check it against the stream's limits."],
});

/** What to do about those that have a cause of their own. */
const adviceByName: Readonly<Record<string, string>> = Object.freeze({
  MissingRegion:
    'Set region in clientConfig, or AWS_REGION, or a region in the profile of the shared configuration file.',
  EndpointError: 'Check region, endpoint, useFipsEndpoint and useDualstackEndpoint in clientConfig.',
});

/** Whether records with this kind of fault fail at once instead of being tried again. */
export function isLasting(kind: FaultKind): boolean {
  return Object.hasOwn(advice, kind);
}

/** Passing errors by which the service says that it has not begun: the stream is not active, or the signature too old. */
const notBegun: readonly string[] = ['ResourceInUseException', 'RequestExpired'];

/** What failed in passing may be stored, unless it never left this machine or the service says otherwise (P1). */
export function mayHaveStored({ kind, name, sent }: ServiceFault): boolean {
  return kind === 'transient' && sent && !notBegun.includes(name);
}

function inWords(stream: string, subject: string, fault: ServiceFault): [PutFailedCode, string] {
  const [code, what] = advice[fault.kind] ?? ['RECORD_REFUSED', ''];
  const words = fault.message.replace(/\.?$/, '.');
  const end = fault.sent
    ? `was refused with ${fault.name}`
    : `failed before anything was sent, with ${fault.name}`;
  const better = Object.hasOwn(adviceByName, fault.name) ? adviceByName[fault.name] : undefined;
  return [code, `${subject} stream "${stream}" ${end}: ${words} ${better ?? what}`];
}

/** The error of one record that was refused for good. */
export function putFailed(fault: ServiceFault, facts: FailedRecordFacts): PutFailedError {
  const [code, message] = inWords(facts.stream, 'A record for', fault);
  return new PutFailedError(code, message, fault.name, facts, fault.cause);
}

/** The error of a start that was refused for good. */
export function startFailed(fault: ServiceFault, stream: string): StartFailedError {
  const [code, message] = inWords(stream, 'The start of the producer of', fault);
  return new StartFailedError(code, message, fault.name, fault.cause);
}
