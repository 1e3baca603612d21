import { KinesisClient } from '@aws-sdk/client-kinesis';
import { InvalidOptionError } from '@shardline/core';
import { KinesisConnection } from '@shardline/core/connection';
import { describe, expect, it } from 'vitest';
import { producerOptions, resolveProducerOptions } from '../src/options.js';
import type { ProducerOptions } from '../src/producer-options.js';

const resolve = (given: object) => resolveProducerOptions({ stream: 'tweets', ...given } as ProducerOptions);

/** The option that is refused, and what would have been right. */
function refusal(given: unknown): { option: string; expected: string; message: string } {
  try {
    resolveProducerOptions(given as ProducerOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError);
    const { option, expected, message } = error as InvalidOptionError;
    return { option, expected, message };
  }
  throw new Error('It was accepted.');
}

const defaults = {
  aggregate: 'auto',
  aggregateBytes: 51_200,
  maxAggregateBytes: 1_048_576,
  maxRequestBytes: 2_097_152,
  lingerMs: 100,
  ordering: 'key',
  recordTtlMs: 120_000,
  rateLimitPercent: 100,
  maxOutstandingBytes: 33_554_432,
  maxOutstandingRecords: 200_000,
  whenFull: 'wait',
  maxWaitingPuts: 10_000,
  maxInFlightRequests: 16,
  requestTimeoutMs: 6_000,
  bodyFormat: 'cbor',
};

/** Numeric options with the ends of their ranges. */
const ranges: readonly [string, number, number][] = [
  ['aggregateBytes', 1_024, 1_048_576],
  ['maxAggregateBytes', 51_200, 1_048_576],
  ['maxRequestBytes', 65_536, 10_485_760],
  ['lingerMs', 0, 60_000],
  ['recordTtlMs', 100, 86_400_000],
  ['rateLimitPercent', 1, 100],
  ['maxOutstandingBytes', 1_048_576, Number.MAX_SAFE_INTEGER],
  ['maxOutstandingRecords', 1, Number.MAX_SAFE_INTEGER],
  ['maxWaitingPuts', 0, Number.MAX_SAFE_INTEGER],
  ['maxInFlightRequests', 1, 256],
  ['requestTimeoutMs', 100, 600_000],
];
const choices: readonly [string, readonly string[]][] = [
  ['aggregate', ['auto', 'always', 'never']],
  ['ordering', ['key', 'none']],
  ['bodyFormat', ['cbor', 'json']],
  ['whenFull', ['wait', 'reject']],
];

describe('the option table', () => {
  it('has every option, each with what it does and why', () => {
    const named = [
      ...Object.keys(defaults),
      'stream',
      'streamId',
      'clientConfig',
      'connection',
      'client',
      'onOutcomes',
      'onEvent',
    ];
    expect(Object.keys(producerOptions).sort()).toEqual(named.sort());
    for (const { summary, expected, reason } of Object.values(producerOptions)) {
      expect(summary).toMatch(/\.$/);
      expect(expected).not.toBe('');
      expect(reason).toMatch(/\.$/);
    }
  });

  it('is tested here over every numeric option and every choice', () => {
    const tested = [...ranges, ...choices].map(([name]) => name);
    expect(tested.sort()).toEqual(Object.keys(defaults).sort());
  });
});

describe('resolveProducerOptions', () => {
  it('fills in defaults', () => {
    expect(resolve({})).toEqual({ stream: 'tweets', ...defaults });
  });

  it('treats undefined as absent', () => {
    const absent = Object.fromEntries(Object.keys(defaults).map((name) => [name, undefined]));
    expect(resolve({ ...absent, onEvent: undefined, client: undefined })).toMatchObject(defaults);
  });

  it('keeps what it was given, and leaves that alone', () => {
    const onOutcomes = () => {};
    const given = Object.freeze({ stream: 'tweets', lingerMs: 5, ordering: 'none' as const, onOutcomes });
    expect(resolveProducerOptions(given)).toMatchObject({ lingerMs: 5, ordering: 'none', onOutcomes });
    expect(Object.keys(given)).toHaveLength(4);
  });

  it.each([[undefined], [null], ['tweets'], [12], [[]]])('refuses %j for all options', (given) => {
    expect(refusal(given).option).toBe('options');
  });

  it.each([
    ['lingerMS', 'lingerMs'],
    ['rateLimit', '"rateLimitPercent"'],
    ['region', '"clientConfig.region"'],
    ['credentials', '"clientConfig.credentials"'],
    ['StreamName', 'one of stream, '],
    ['recordMaxBufferedTime', 'one of stream, '],
    ['__proto', 'one of stream, '],
  ])('refuses the unknown option %s', (name, hint) => {
    const { option, expected } = refusal({ stream: 'tweets', [name]: 5 });
    expect(option).toBe(name);
    expect(expected).toContain(hint);
  });
});

describe.each(ranges)('option %s', (name, low, high) => {
  it('takes the ends of its range', () => {
    for (const value of [low, high]) {
      const company = name === 'aggregateBytes' ? { maxAggregateBytes: 1_048_576 } : { lingerMs: 0 };
      expect(resolve({ ...company, [name]: value })).toMatchObject({ [name]: value });
    }
  });

  it.each([
    ['below its range', low - 1],
    ['above its range', high + 1],
    ['a fraction', low + 0.5],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a string', String(low)],
    ['a bigint', BigInt(low)],
    ['null', null],
    ['a boolean', true],
  ])('refuses %s', (_, value) => {
    const { option, message } = refusal({ stream: 'tweets', [name]: value });
    expect(option).toBe(name);
    expect(message).toContain(`Producer: option "${name}" must be `);
  });
});

describe.each(choices)('option %s', (name, words) => {
  it('takes its words', () => {
    for (const word of words) expect(resolve({ [name]: word })).toMatchObject({ [name]: word });
  });

  it.each(['AUTO', '', 'sometimes', true, 0, null])('refuses %j', (value) => {
    const { option, expected } = refusal({ stream: 'tweets', [name]: value });
    expect(option).toBe(name);
    for (const word of words) expect(expected).toContain(`'${word}'`);
  });
});

describe('option stream', () => {
  it.each([
    'tweets',
    'a',
    'My_Stream-1.v2',
    'x'.repeat(128),
    'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets',
    'arn:aws-cn:kinesis:cn-north-1:123456789012:stream/tweets.v2',
  ])('takes %s', (stream) => {
    expect(resolveProducerOptions({ stream }).stream).toBe(stream);
  });

  it.each([
    undefined,
    null,
    '',
    12,
    'two words',
    'tweets\n',
    'x'.repeat(129),
    'stream/tweets',
    'arn:aws:kinesis:eu-west-1:123456789012:stream/',
    'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets/consumer/c:1',
    'arn:aws:kinesis:eu-west-1:1234:stream/tweets',
    'arn:aws:firehose:eu-west-1:123456789012:stream/tweets',
  ])('refuses %j', (stream) => {
    expect(refusal({ stream }).option).toBe('stream');
  });
});

describe.each(['onOutcomes', 'onEvent'])('option %s', (name) => {
  it('takes a function', () => {
    const listener = () => {};
    expect(resolve({ [name]: listener })).toMatchObject({ [name]: listener });
  });

  it.each(['log', {}, null, true])('refuses %j', (value) => {
    expect(refusal({ stream: 'tweets', [name]: value }).option).toBe(name);
  });
});

describe('option streamId', () => {
  it('takes what the service calls an id, and nothing else', () => {
    expect(resolve({ streamId: 'abcdefghijklmnopqrst-uvw' }).streamId).toBe('abcdefghijklmnopqrst-uvw');
    for (const streamId of ['', 'orders', 'abcdefghijklmnopqrst_uvw', 'abcdefghijklmnopqrst-uvwx', 7, null]) {
      expect(refusal({ stream: 'tweets', streamId }).option).toBe('streamId');
    }
  });
});

describe('options client, clientConfig and connection', () => {
  const client = new KinesisClient({ region: 'eu-west-1' });
  const connection = new KinesisConnection({ clientConfig: { region: 'eu-west-1' } });

  it('takes one of them', () => {
    expect(resolve({ client }).client).toBe(client);
    expect(resolve({ connection }).connection).toBe(connection);
    expect(resolve({ clientConfig: { region: 'eu-west-1' } }).clientConfig).toEqual({ region: 'eu-west-1' });
    expect(resolve({ clientConfig: {} }).clientConfig).toEqual({});
  });

  it.each([
    ['client', 'clientConfig', { client, clientConfig: {} }],
    ['client', 'connection', { client, connection }],
    ['connection', 'clientConfig', { connection, clientConfig: {} }],
  ])('refuses %s with %s', (first, second, given) => {
    const { option, expected } = refusal({ stream: 'tweets', ...given });
    expect(option).toBe(first);
    expect(expected).toBe(`absent where ${second} is given`);
  });

  it.each([['eu-west-1'], [null], [12], [() => {}], [[]]])('refuses %j for each', (value) => {
    for (const option of ['client', 'clientConfig', 'connection']) {
      expect(refusal({ stream: 'tweets', [option]: value }).option).toBe(option);
    }
  });

  it('refuses a client that cannot send', () => {
    for (const client of [{}, { send: true }, connection])
      expect(refusal({ stream: 'tweets', client }).option).toBe('client');
  });

  it('says where a client or a connection goes that was given in the place of all options', () => {
    for (const [given, option, name] of [
      [client, 'client', 'KinesisClient'],
      [connection, 'connection', 'KinesisConnection'],
    ] as const) {
      expect(refusal(given).message).toBe(
        `Producer: option "options" must be an object of options (did you mean { ${option} }?); received a ${name}.`,
      );
    }
  });

  it('refuses an empty region, also beside the ARN of a stream', () => {
    const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';
    for (const stream of ['tweets', arn])
      expect(refusal({ stream, clientConfig: { region: '' } }).option).toBe('region');
  });

  it('refuses a client in the place of a connection', () => {
    expect(refusal({ stream: 'tweets', connection: client }).option).toBe('connection');
  });
});

describe('options aggregateBytes and maxAggregateBytes', () => {
  it('may be the same', () => {
    expect(resolve({ aggregateBytes: 80_000, maxAggregateBytes: 80_000 })).toMatchObject({
      aggregateBytes: 80_000,
      maxAggregateBytes: 80_000,
    });
  });

  it.each([
    [{ aggregateBytes: 80_000, maxAggregateBytes: 79_999 }, '80000'],
    [{ maxAggregateBytes: 51_199 }, '51200'],
  ])('refuses %j: the lower bound is aggregateBytes', (given, bound) => {
    const { option, expected } = refusal({ stream: 'tweets', ...given });
    expect(option).toBe('maxAggregateBytes');
    expect(expected).toContain(bound);
  });
});
