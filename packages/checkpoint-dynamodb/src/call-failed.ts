import { type FaultKind, type ServiceFault, serviceFaultOf } from '@shardline/core/internal';
import { type LeaseTableCall, LeaseTableError, type LeaseTableErrorCode } from './errors.js';

/** What a call was about. */
export interface CallFacts {
  readonly tableName: string;
  readonly call: LeaseTableCall;
  readonly leaseKey?: string | undefined;
}

/** What a fault is called, whether the same call may pass later, and what its reader should do. */
type Advice = readonly [LeaseTableErrorCode, retryable: boolean, advice: string];

const advice: Readonly<Record<FaultKind, Advice>> = Object.freeze({
  throttled: [
    'LEASE_TABLE_THROTTLED',
    true,
    'Raise its capacity, or bill it on demand; fewer writes come from a longer failoverMs and rarer checkpoints.',
  ],
  transient: ['LEASE_TABLE_UNREACHABLE', true, 'If it does not pass, check endpoint and network.'],
  refused: [
    'LEASE_TABLE_REFUSED',
    false,
    'See the message; check tableName, and that the table is a lease table.',
  ],
  'not-found': [
    'LEASE_TABLE_NOT_FOUND',
    false,
    'Check tableName (or applicationName), region and account. If the table was deleted, its checkpoints are gone: start again to create it.',
  ],
  'access-denied': ['ACCESS_DENIED', false, ''],
  credentials: [
    'CREDENTIALS_REJECTED',
    false,
    'Provide valid AWS credentials, and check the clock of this machine.',
  ],
  encryption: [
    'ENCRYPTION_KEY_UNUSABLE',
    false,
    "Check that the table's KMS key is enabled and that this role may use it.",
  ],
  configuration: [
    'CLIENT_MISCONFIGURED',
    false,
    'Check clientConfig (region, credentials, endpoint) or the given client, and certificates and proxies on the way.',
  ],
});

/** Names of DynamoDB's that mean "again", whatever their status says: another write was at the item just then. */
const passing: readonly string[] = ['TransactionConflictException', 'ReplicatedWriteConflictException'];

/** The error of a call that failed with whatever the client threw. */
export function callFailed(facts: CallFacts, thrown: unknown): LeaseTableError {
  const fault = serviceFaultOf(thrown);
  const kind = passing.includes(fault.name) ? 'transient' : fault.kind;
  const [code, retryable, what] = advice[kind];
  const help = kind === 'access-denied' ? `Grant dynamodb:${facts.call} on the table.` : what;
  return new LeaseTableError(code, `${inWords(facts)} failed with ${saying(fault)} ${help}`, {
    ...withKey(facts),
    serviceError: fault.name,
    retryable,
    cause: thrown,
  });
}

/** The error of a call that its caller gave up. */
export function callAborted(facts: CallFacts, reason: unknown): LeaseTableError {
  const message = `${inWords(facts)} was given up because its signal fired. A write may still take effect.`;
  return new LeaseTableError('LEASE_CALL_ABORTED', message, {
    ...withKey(facts),
    serviceError: 'AbortError',
    retryable: true,
    cause: reason,
  });
}

function withKey({ tableName, call, leaseKey }: CallFacts) {
  return { tableName, call, leaseKey };
}

function inWords({ tableName, call, leaseKey }: CallFacts): string {
  const item = leaseKey === undefined ? '' : ` for lease "${leaseKey}"`;
  return `${call}${item} on table "${tableName}"`;
}

function saying({ name, message }: ServiceFault): string {
  return `${name}: ${message.replace(/\.?$/, '.')}`;
}
