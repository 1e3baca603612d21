import { describe, expect, test } from 'vitest';
import type { FaultKind } from '../src/fault-kind.js';
import { serviceFaultOf } from '../src/service-fault.js';
import { markUnsent } from '../src/unsent.js';

/** What the SDK throws when the service has answered. */
const answer = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('why'), { name, $metadata: { httpStatusCode } });
/** What Node throws when a connection breaks. */
const broken = (code: string) => Object.assign(new Error('why'), { code });
const kindOf = (error: unknown) => serviceFaultOf(error).kind;

describe('serviceFaultOf', () => {
  test('keeps name, message and cause, and whether the service answered', () => {
    const error = answer('InternalFailure', 500);
    expect(serviceFaultOf(error)).toEqual({
      kind: 'transient',
      name: 'InternalFailure',
      message: 'why',
      answered: true,
      sent: true,
      cause: error,
    });
    const reset = broken('ECONNRESET');
    expect(serviceFaultOf(reset)).toEqual({
      kind: 'transient',
      name: 'ECONNRESET',
      message: 'why',
      answered: false,
      sent: true,
      cause: reset,
    });
  });

  test('goes by the name, whatever the status', () => {
    expect(kindOf(answer('ProvisionedThroughputExceededException', 400))).toBe('throttled');
    expect(kindOf(answer('ResourceNotFoundException', 400))).toBe('not-found');
    expect(kindOf(answer('InternalFailure', 400))).toBe('transient');
  });

  test('goes by the status where the name is new', () => {
    const kinds: readonly [number, FaultKind][] = [
      [400, 'refused'],
      [401, 'access-denied'],
      [403, 'access-denied'],
      [404, 'configuration'],
      [405, 'configuration'],
      [407, 'configuration'],
      [408, 'transient'],
      [413, 'refused'],
      [429, 'throttled'],
      [500, 'transient'],
      [503, 'transient'],
    ];
    for (const [status, kind] of kinds) expect(kindOf(answer('NewException', status))).toBe(kind);
  });

  test('an answer that names no error goes by its status, and is called after it', () => {
    const kinds: readonly [number, FaultKind][] = [
      [200, 'transient'],
      [301, 'configuration'],
      [302, 'configuration'],
      [307, 'configuration'],
      [400, 'transient'],
      [401, 'configuration'],
      [403, 'configuration'],
      [404, 'configuration'],
      [418, 'transient'],
      [407, 'configuration'],
      [413, 'refused'],
      [429, 'throttled'],
      [502, 'transient'],
    ];
    for (const name of ['SyntaxError', 'Unknown', 'UnknownError', 'Error', 'TypeError', 'RangeError']) {
      for (const [status, kind] of kinds) {
        const fault = serviceFaultOf(answer(name, status));
        expect(fault).toMatchObject({ kind, name: `Http${status}`, answered: true, sent: true });
      }
    }
  });

  test.each([
    { 'Content-Type': 'application/x-amz-json-1.1' },
    { 'content-type': 'application/x-amz-cbor-1.1' },
    { 'x-amzn-RequestId': 'abc' },
  ])("a client error without a name that looks like the service's is a refusal: %j", (headers) => {
    const error = Object.assign(answer('UnknownError', 400), { $response: { headers } });
    expect(serviceFaultOf(error)).toMatchObject({ kind: 'refused', name: 'Http400' });
  });

  test('an answer that cannot be read is called that, with the line that quotes it', () => {
    const error = Object.assign(answer('SyntaxError', 502), {
      message: `Unexpected token '<', "<html><bod"... is not valid JSON\n  Deserialization error: inspect it.`,
    });
    expect(serviceFaultOf(error).message).toBe(
      `The answer has HTTP status 502 and is not one of the service's: Unexpected token '<', "<html><bod"... is not valid JSON.`,
    );
    const wordless = Object.assign(answer('SyntaxError', 200), { message: '' });
    expect(serviceFaultOf(wordless).message).toBe(
      "The answer has HTTP status 200 and is not one of the service's.",
    );
  });

  test('a page that was read is quoted from its beginning, and a redirect says where it leads', () => {
    const page = (name: string, status: number, body: string, headers = {}) =>
      Object.assign(answer(name, status), {
        message: name === 'Unknown' ? 'UnknownError' : `Unexpected token '<', "<html>"... is not valid JSON`,
        $response: { headers, body: Buffer.from(body) },
      });
    expect(serviceFaultOf(page('SyntaxError', 403, '<html>\n  <body>Blocked by the gate')).message).toBe(
      `The answer has HTTP status 403 and is not one of the service's: "<html> <body>Blocked by the gate".`,
    );
    const long = serviceFaultOf(page('SyntaxError', 502, `<html>${'x'.repeat(9_000)}`)).message;
    expect(long).toMatch(/: "<html>x{194}…"\.$/);
    const location = 'https://login.example/in?secret=1';
    expect(serviceFaultOf(page('Unknown', 302, '', { location }))).toMatchObject({
      name: 'Http302',
      message: `The answer has HTTP status 302 and an empty body, and is not one of the service's; it leads to https://login.example/in.`,
    });
    expect(serviceFaultOf(page('Unknown', 407, '')).message).toBe(
      "The answer has HTTP status 407 and an empty body, and is not one of the service's.",
    );
  });

  test('P2: words are kept up to a bound', () => {
    const fault = (message: string) => serviceFaultOf(Object.assign(answer('Odd', 400), { message }));
    expect(fault('x'.repeat(2_000)).message).toBe('x'.repeat(2_000));
    expect(fault('x'.repeat(1_000_000)).message).toBe(`${'x'.repeat(2_000)}…`);
  });

  test('words are one line: what quotes them goes on behind it', () => {
    const error = Object.assign(
      new Error('write EPROTO 00:error:0A:\r\n\n  ssl3_get_record:wrong version\n'),
      {
        code: 'EPROTO',
      },
    );
    expect(serviceFaultOf(error).message).toBe('write EPROTO 00:error:0A: ssl3_get_record:wrong version');
  });

  test('a broken connection that the SDK calls a time-out has its own name', () => {
    for (const code of ['ECONNRESET', 'EPIPE']) {
      const error = Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code });
      expect(serviceFaultOf(error)).toMatchObject({
        name: code,
        kind: 'transient',
        answered: false,
        sent: true,
      });
    }
    const late = Object.assign(new Error('connect ETIMEDOUT'), { name: 'TimeoutError', code: 'ETIMEDOUT' });
    expect(serviceFaultOf(late).name).toBe('TimeoutError');
  });

  test('words without a name are kept', () => {
    const error = Object.assign(answer('Unknown', 403), { message: 'Forbidden' });
    expect(serviceFaultOf(error).message).toBe('Forbidden');
    const silent = Object.assign(answer('UnknownError', 403), { message: 'UnknownError' });
    expect(serviceFaultOf(silent).message).toContain('HTTP status 403');
  });

  test('knows the other names of throttling and of credentials', () => {
    const throttled =
      'RequestThrottledException RequestThrottled ThrottledException SlowDown PriorRequestNotComplete ' +
      'TransactionInProgressException EC2ThrottledException BandwidthLimitExceeded';
    for (const name of throttled.split(' ')) expect(kindOf(answer(name, 400))).toBe('throttled');
    const credentials =
      'AuthFailure InvalidAccessKeyId RequestTimeTooSkewed RequestInTheFuture InvalidClientTokenId';
    for (const name of credentials.split(' ')) expect(kindOf(answer(name, 403))).toBe('credentials');
  });

  test.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'CERT_HAS_EXPIRED',
    'CERT_NOT_YET_VALID',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
  ])('%s is a matter of configuration, and nothing was sent', (code) => {
    expect(serviceFaultOf(broken(code))).toMatchObject({ kind: 'configuration', name: code, sent: false });
    const fetched = new TypeError('fetch failed', { cause: broken(code) });
    expect(serviceFaultOf(fetched)).toMatchObject({ kind: 'configuration', name: code, sent: false });
  });

  test('what failed before there was a connection was not sent; what broke one may have been (P1)', () => {
    const sent = (code: string, syscall?: string) =>
      serviceFaultOf(Object.assign(broken(code), syscall === undefined ? {} : { syscall })).sent;
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']) {
      expect(serviceFaultOf(broken(code))).toMatchObject({ kind: 'transient', sent: false });
    }
    expect([sent('ETIMEDOUT', 'connect'), sent('ECONNREFUSED', 'connect')]).toEqual([false, false]);
    expect([sent('EHOSTUNREACH', 'read'), sent('ENETUNREACH', 'write')]).toEqual([true, true]);
    expect([sent('ETIMEDOUT'), sent('ECONNRESET', 'read'), sent('EPIPE', 'write')]).toEqual([
      true,
      true,
      true,
    ]);
    expect(serviceFaultOf(new TypeError('fetch failed', { cause: broken('ECONNREFUSED') })).sent).toBe(false);
  });

  test.each([
    [
      'TimeoutError',
      '@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 500 ms.',
      'ETIMEDOUT',
    ],
    [
      'Error',
      'Client network socket disconnected before secure TLS connection was established',
      'ECONNRESET',
    ],
    [
      'TimeoutError',
      'Client network socket disconnected before secure TLS connection was established',
      'ECONNRESET',
    ],
  ])('a connection that never stood may be told of in words alone: %s: %s', (name, words, called) => {
    const code = called === 'ECONNRESET' ? { code: called } : {};
    expect(serviceFaultOf(Object.assign(new Error(words), { name }, code))).toMatchObject({
      kind: 'transient',
      name: called,
      sent: false,
    });
  });

  test.each([
    ['Bad response: 503', 'Proxy503', 'transient'],
    ['Bad response: 502', 'Proxy502', 'transient'],
    ['Bad response: 429', 'Proxy429', 'transient'],
    ['Bad response: 408', 'Proxy408', 'transient'],
    ['Bad response: 407', 'Proxy407', 'configuration'],
    ['Bad response: 403', 'Proxy403', 'configuration'],
    ['Bad response: 400', 'Proxy400', 'configuration'],
    ['Bad response: 302', 'Proxy302', 'configuration'],
    ['tunneling socket could not be established, statusCode=504', 'Proxy504', 'transient'],
  ])('a proxy that opens no tunnel, as its agent tells in %j: nothing was sent', (words, name, kind) => {
    const message = `The proxy answered CONNECT with ${name.slice('Proxy'.length)}.`;
    expect(serviceFaultOf(new Error(words))).toMatchObject({
      kind,
      name,
      message,
      answered: false,
      sent: false,
    });
    const coded = Object.assign(new Error(words), { code: 'ECONNRESET' });
    expect(serviceFaultOf(coded)).toMatchObject({ kind, name, message, answered: false, sent: false });
  });

  test('a proxy that says nothing in time is a connection that failed, and nothing was sent', () => {
    expect(serviceFaultOf(new Error('Proxy timeout'))).toMatchObject({
      kind: 'transient',
      name: 'ProxyTimeout',
      message: 'The proxy did not answer CONNECT in time.',
      answered: false,
      sent: false,
    });
  });

  test('only what an agent says is taken for a proxy', () => {
    for (const words of ['Bad response: 5030', 'A Bad response: 503', 'Bad response: 503 times']) {
      expect(serviceFaultOf(new Error(words))).toMatchObject({ kind: 'configuration', name: 'ClientError' });
    }
    const answered = Object.assign(new Error('Bad response: 503'), { $metadata: { httpStatusCode: 400 } });
    expect(serviceFaultOf(answered)).toMatchObject({ name: 'Http400', answered: true, sent: true });
  });

  test('what the client refuses by itself was not sent; what the service refuses was', () => {
    const missing = Object.assign(new Error('none'), { name: 'CredentialsProviderError' });
    expect([serviceFaultOf(missing).sent, serviceFaultOf(new Error('Region is missing')).sent]).toEqual([
      false,
      false,
    ]);
    expect(serviceFaultOf(answer('ExpiredTokenException', 400)).sent).toBe(true);
    expect(serviceFaultOf(Object.assign(new Error('why'), { name: 'TimeoutError' })).sent).toBe(true);
  });

  test('a connection that broke or timed out may have stored the record: transient, not answered', () => {
    const timeout = Object.assign(new Error('why'), { name: 'TimeoutError' });
    const aborted = Object.assign(new Error('why'), { name: 'AbortError' });
    for (const error of [broken('ECONNRESET'), broken('ENOTFOUND'), timeout, aborted]) {
      expect(serviceFaultOf(error)).toMatchObject({ kind: 'transient', answered: false });
    }
  });

  test('a client that threw before it sent anything is misconfigured, one without credentials lacks those', () => {
    expect(kindOf(new Error('Region is missing'))).toBe('configuration');
    expect(kindOf(new TypeError('Invalid URL'))).toBe('configuration');
    expect(kindOf(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }))).toBe(
      'credentials',
    );
  });

  test('an endpoint that is no URL is a mistake of the configuration, with Node’s code', () => {
    const invalid = Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' });
    expect(serviceFaultOf(invalid)).toMatchObject({
      kind: 'configuration',
      name: 'ERR_INVALID_URL',
      message: 'Invalid URL',
    });
    const premature = Object.assign(new Error('closed'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
    expect(kindOf(premature)).toBe('transient');
  });

  test('memory that cannot be had, such as for reading an answer, passes: what was sent may have been stored', () => {
    const refused = new RangeError('Array buffer allocation failed');
    const byNode = Object.assign(new Error('Failed to allocate memory'), {
      code: 'ERR_MEMORY_ALLOCATION_FAILED',
    });
    for (const error of [refused, byNode])
      expect(serviceFaultOf(error)).toMatchObject({ kind: 'transient', answered: false, sent: true });
    expect(kindOf(new RangeError('Invalid time value'))).toBe('configuration');
  });

  test('a host that refuses at each of its addresses is a broken connection, in the words of all', () => {
    const errors = ['connect ECONNREFUSED ::1:1', 'connect ECONNREFUSED 127.0.0.1:1'].map(
      (message) => new Error(message),
    );
    const refused = Object.assign(new AggregateError(errors, 'none'), { code: 'ECONNREFUSED', message: '' });
    expect(serviceFaultOf(refused)).toMatchObject({
      kind: 'transient',
      name: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1',
      answered: false,
    });
  });

  test('a failed fetch is the broken connection that caused it', () => {
    const failed = new TypeError('fetch failed', { cause: broken('ECONNRESET') });
    expect(serviceFaultOf(failed)).toMatchObject({ kind: 'transient', name: 'ECONNRESET', answered: false });
  });

  test('an error of an unknown name that the service answered with is not the client’s own', () => {
    expect(kindOf(Object.assign(new Error('why'), { $metadata: { httpStatusCode: 500 } }))).toBe('transient');
  });

  test('a mistake of the client’s own has a name', () => {
    const named = (error: Error) => serviceFaultOf(error);
    expect(named(new Error('Region is missing'))).toMatchObject({
      name: 'MissingRegion',
      kind: 'configuration',
    });
    expect(named(new Error('Profile x not found'))).toMatchObject({ name: 'ClientError', sent: false });
    const nowhere = Object.assign(new Error('FIPS and custom endpoint are not supported'), {
      name: 'EndpointError',
    });
    expect(named(nowhere)).toMatchObject({ name: 'EndpointError', kind: 'configuration', sent: false });
  });

  test('takes whatever was thrown', () => {
    for (const thrown of ['text', undefined, null, 7, {}, { name: 5, message: 5 }]) {
      const fault = serviceFaultOf(thrown);
      expect(fault).toMatchObject({
        kind: 'transient',
        name: 'UnknownError',
        answered: false,
        cause: thrown,
      });
      expect(typeof fault.message).toBe('string');
    }
  });

  describe('of a call that was given up before anything was sent', () => {
    const late = (name = 'TimeoutError') => Object.assign(new Error('No answer within 500 ms.'), { name });
    const lacking = { name: 'ETIMEDOUT', lacks: 'no TCP connection with kinesis.test:443' };

    test('says what it lacked, and is called after that', () => {
      const error = late();
      expect(serviceFaultOf(markUnsent(error, lacking))).toEqual({
        kind: 'transient',
        name: 'ETIMEDOUT',
        message: 'No answer within 500 ms: no TCP connection with kinesis.test:443.',
        answered: false,
        sent: false,
        cause: error,
      });
    });

    test('keeps the name of another reason than time', () => {
      expect(serviceFaultOf(markUnsent(late('ShutdownTimeout'), lacking))).toMatchObject({
        kind: 'transient',
        name: 'ShutdownTimeout',
        sent: false,
      });
    });

    test('is left as it is where its error says so itself', () => {
      const refused = Object.assign(broken('ECONNREFUSED'), { syscall: 'connect' });
      const fault = serviceFaultOf(refused);
      expect(serviceFaultOf(markUnsent(refused, lacking))).toEqual(fault);
      const words = 'No TCP connection with kinesis.test:443 within 100 ms.';
      const late = { name: 'TimeoutError', code: 'ETIMEDOUT', syscall: 'connect' };
      expect(serviceFaultOf(markUnsent(Object.assign(new Error(words), late), lacking))).toMatchObject({
        name: 'ETIMEDOUT',
        message: words,
      });
      const untrusted = broken('CERT_HAS_EXPIRED');
      expect(serviceFaultOf(markUnsent(untrusted, lacking))).toMatchObject({
        kind: 'configuration',
        name: 'CERT_HAS_EXPIRED',
      });
    });
  });

  describe('of a call that failed before it was signed', () => {
    const unsigned = (error: unknown) =>
      serviceFaultOf(markUnsent(error, { name: 'CredentialsUnavailable' }));

    test.each([
      ['ThrottlingException', answer('ThrottlingException', 400)],
      ['ServiceUnavailable', answer('ServiceUnavailable', 503)],
      ['Http502', answer('SyntaxError', 502)],
      ['TimeoutError', Object.assign(new Error('why'), { name: 'TimeoutError' })],
      ['ECONNREFUSED', broken('ECONNREFUSED')],
      ['ECONNRESET', broken('ECONNRESET')],
      ['Proxy503', new Error('Bad response: 503')],
      ['UnknownError', 'text'],
      ['UnknownError', undefined],
      ['AggregateError', new AggregateError([], 'why')],
    ])('%s passes, is of the provider of credentials, and neither throttled nor answered', (name, error) => {
      const fault = unsigned(error);
      expect(fault).toMatchObject({
        kind: 'transient',
        name: 'CredentialsUnavailable',
        message: expect.stringContaining(`The provider of credentials failed with ${name}: `),
        answered: false,
        sent: false,
      });
    });

    test.each(['AccessDenied', 'ValidationError', 'ResourceNotFoundException', 'ExpiredTokenException'])(
      '%s, as STS or a vault may say, is of credentials: of no stream, record or right in Kinesis',
      (name) => {
        expect(unsigned(answer(name, 400))).toMatchObject({
          kind: 'credentials',
          name,
          message: 'The provider of credentials failed: why',
          answered: false,
          sent: false,
        });
      },
    );

    test('a certificate that the provider does not trust stays a matter of configuration', () => {
      expect(unsigned(broken('UNABLE_TO_VERIFY_LEAF_SIGNATURE'))).toMatchObject({
        kind: 'configuration',
        name: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        message: 'The provider of credentials failed: why',
      });
    });

    test.each([
      [new Error('vault is sealed')],
      [new Error('Region is missing')],
      [new TypeError('no function')],
      [Object.assign(new Error('no such'), { name: 'EndpointError' })],
      [Object.assign(new Error('none'), { name: 'CredentialsProviderError' })],
    ])('what the client says by itself stays as it is: %s', (error) => {
      const fault = serviceFaultOf(error);
      expect(unsigned(error)).toEqual(fault);
      expect(fault.sent).toBe(false);
    });

    test('memory that cannot be had is nobody’s credentials', () => {
      expect(unsigned(new RangeError('Array buffer allocation failed'))).toMatchObject({
        kind: 'transient',
        name: 'RangeError',
        sent: false,
      });
    });
  });
});
