import { faultKindOf } from '@shardline/core/internal';

/** Attempts that were answered in words that are not the service's, or in none. */
const strangers = /^(Http\d+|Proxy\w+|HPE_\w+|RecordCountMismatch|UnknownError)$/;

/** Throttling that more shards do not mend. */
const quotaAdvice: Readonly<Record<string, string>> = Object.freeze({
  KMSThrottlingException: "Put more slowly, or have the account's KMS request quota raised",
  LimitExceededException: 'Put more slowly, or have the quota of such calls of the account raised',
});

const memoryAdvice = 'This machine had no memory for it: give it more, or lower maxOutstandingBytes';
const socketAdvice =
  'This machine has no ports or buffers left for connections: have fewer at once (maxInFlightRequests, one KinesisConnection for all streams)';

/** Limits of the machine that the producer runs on. */
const machineAdvice: Readonly<Record<string, string>> = Object.freeze({
  RangeError: memoryAdvice,
  ENOMEM: memoryAdvice,
  ERR_MEMORY_ALLOCATION_FAILED: memoryAdvice,
  EMFILE:
    'This process may open no more files or sockets: raise its limit (ulimit -n), or close what it leaves open',
  ENFILE: 'This machine may open no more files or sockets: raise its limit, or close what is left open',
  ENOBUFS: socketAdvice,
  EADDRNOTAVAIL: socketAdvice,
});

/** What to do about a record that expired after an attempt that ended in `errorCode`, or without any. */
export function expiryAdvice(errorCode: string | undefined): string {
  if (errorCode === undefined) {
    return 'Records before it, or an unknown shard map, held it up: their errors, stats() and the events retry and shard-map-failed say why. Mend that';
  }
  for (const advice of [quotaAdvice, machineAdvice]) {
    if (Object.hasOwn(advice, errorCode)) return advice[errorCode] as string;
  }
  const kind = faultKindOf(errorCode);
  if (kind === 'throttled') return 'Add shards, put more slowly';
  if (kind === 'configuration') return 'Check the endpoint, its certificate and proxies on the way';
  if (errorCode === 'Http429')
    return 'Put more slowly, or ask for more of whatever stands between here and the service';
  if (strangers.test(errorCode)) {
    const format = /^Http[245]/.test(errorCode) ? ", whether it takes CBOR (if not: bodyFormat: 'json')" : '';
    return `Check what answers at the endpoint: proxies and gateways on the way${format}, then the health of the service`;
  }
  if (errorCode === 'WrongShard') return 'The stream was resharded again and again: do so less often';
  if (errorCode === 'UnknownShard') {
    return 'See the event shard-map-failed and stats().shardMap for why ListShards did not tell where it belongs, and mend that';
  }
  if (errorCode === 'CredentialsUnavailable') {
    return 'Check the provider of credentials: what it asks, such as instance metadata, STS or a vault, and the way there';
  }
  if (errorCode === 'TimeoutError') {
    return 'Check that the endpoint can be reached and how long it takes to answer, raise requestTimeoutMs';
  }
  if (/^E[A-Z_]+$/.test(errorCode)) {
    return 'Check that the endpoint can be reached from this machine: its name, the network, firewalls and proxies';
  }
  return 'Check the health of the service and what its error says, put the record again later';
}
