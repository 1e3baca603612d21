import { describe, expect, it } from 'vitest';
import { expiryAdvice } from '../src/expiry-advice.js';

describe('expiryAdvice', () => {
  it.each([
    ['ProvisionedThroughputExceededException', /^Add shards, put more slowly$/],
    ['ThrottlingException', /Add shards/],
    ['KMSThrottlingException', /^Put more slowly, or have the account's KMS request quota raised$/],
    ['LimitExceededException', /^Put more slowly, or have the quota of such calls of the account raised/],
    ['ECONNREFUSED', /endpoint can be reached from this machine/],
    ['EAI_AGAIN', /endpoint can be reached from this machine/],
    ['ETIMEDOUT', /endpoint can be reached from this machine/],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', /endpoint can be reached from this machine/],
    ['CredentialsUnavailable', /^Check the provider of credentials: what it asks/],
    ['TimeoutError', /how long it takes to answer, raise requestTimeoutMs/],
    ['RangeError', /^This machine had no memory for it/],
    ['ENOMEM', /^This machine had no memory for it/],
    ['ERR_MEMORY_ALLOCATION_FAILED', /^This machine had no memory for it/],
    ['EMFILE', /^This process may open no more files.*ulimit -n/],
    ['ENFILE', /^This machine may open no more files/],
    ['ENOBUFS', /^This machine has no ports or buffers left/],
    ['EADDRNOTAVAIL', /^This machine has no ports or buffers left/],
    ['constructor', /^Check the health of the service/],
    ['CERT_HAS_EXPIRED', /certificate/],
    ['WrongShard', /resharded/],
    ['UnknownShard', /ListShards/],
    ['InternalFailure', /^Check the health of the service/],
    ['Http200', /what answers at the endpoint: proxies .*\(if not: bodyFormat: 'json'\)/],
    ['Http502', /what answers at the endpoint: proxies .*\(if not: bodyFormat: 'json'\)/],
    ['Proxy503', /what answers at the endpoint: proxies and gateways on the way, then/],
    ['Http429', /Put more slowly/],
    ['HPE_INVALID_CONSTANT', /what answers at the endpoint: proxies/],
    ['RecordCountMismatch', /what answers at the endpoint: proxies/],
    ['UnknownError', /what answers at the endpoint: proxies/],
  ])('advises by the last attempt: %s', (errorCode, advice) => {
    expect(expiryAdvice(errorCode)).toMatch(advice);
    expect(/[Aa]dd shards/.test(expiryAdvice(errorCode))).toBe(/^(Prov|Thr)/.test(errorCode));
  });

  it('sends whoever asks about a record that was never sent to those before it', () => {
    expect(expiryAdvice(undefined)).toMatch(/Records before it, or an unknown shard map/);
  });
});
