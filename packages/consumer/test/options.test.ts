import { KinesisClient } from '@aws-sdk/client-kinesis';
import { InvalidOptionError } from '@shardline/core';
import { KinesisConnection } from '@shardline/core/connection';
import { describe, expect, it } from 'vitest';
import { Consumer } from '../src/consumer.js';
import { InMemoryLeaseStore } from '../src/in-memory-lease-store.js';
import { type ConsumerOptions, consumerOptions, resolveConsumerOptions } from '../src/options.js';

const required = {
  stream: 'tweets',
  applicationName: 'counts',
  leaseStore: new InMemoryLeaseStore(),
  onError: () => {},
};
const onRecord = () => {};
const shardHandler = () => ({ processRecords: () => {} });
const asOptions = (given: unknown) => given as ConsumerOptions;
const resolve = (given: object) => resolveConsumerOptions(asOptions({ ...required, onRecord, ...given }));

/** The option that is refused, and what would have been right. */
function refusal(given: unknown): { option: string; expected: string } {
  try {
    resolveConsumerOptions(asOptions(given));
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError);
    const { option, expected } = error as InvalidOptionError;
    return { option, expected };
  }
  throw new Error('It was accepted.');
}

const refusalOf = (given: object) => refusal({ ...required, onRecord, ...given }).option;

const defaults = {
  initialPosition: 'trim-horizon',
  failoverMs: 10_000,
  checkpoint: { everyMs: 5_000 },
  pollIntervalMs: 1_000,
  maxBufferedBytes: 67_108_864,
  outOfRange: 'auto',
  handlerStallMs: 60_000,
};

const ranges: readonly [string, number, number][] = [
  ['failoverMs', 2_000, 600_000],
  ['pollIntervalMs', 200, 60_000],
  ['maxBufferedBytes', 10_485_760, Number.MAX_SAFE_INTEGER],
  ['handlerStallMs', 1_000, 86_400_000],
];

describe('the option table', () => {
  it('has every option, each with what it does and why', () => {
    const others = [
      'clientConfig',
      'connection',
      'client',
      'workerName',
      'onRecord',
      'shardHandler',
      'onEvent',
    ];
    const named = [...Object.keys(required), ...Object.keys(defaults), ...others];
    expect(Object.keys(consumerOptions).sort()).toEqual(named.sort());
    for (const { summary, expected, reason } of Object.values(consumerOptions)) {
      expect(summary).toMatch(/\.$/);
      expect(expected).not.toBe('');
      expect(reason).toMatch(/\.$/);
    }
  });
});

describe('resolveConsumerOptions', () => {
  it('fills in defaults', () => {
    expect(resolve({})).toEqual({ ...required, onRecord, ...defaults });
  });

  it('treats undefined as absent', () => {
    const absent = Object.fromEntries(Object.keys(defaults).map((name) => [name, undefined]));
    expect(resolve({ ...absent, onEvent: undefined, client: undefined })).toMatchObject(defaults);
  });

  it.each(Object.keys(required))('asks for %s', (name) => {
    const { [name as keyof typeof required]: _, ...rest } = required;
    expect(refusal({ ...rest, onRecord }).option).toBe(name);
  });

  it.each([[undefined], [null], ['tweets'], [[]]])('refuses %j for all options', (given) => {
    expect(refusal(given).option).toBe('options');
  });

  it.each(['failoverTimeMillis', 'pollIntervalms', 'streamName'])('refuses the unknown option %s', (name) => {
    expect(refusalOf({ [name]: 5_000 })).toBe(name);
  });

  it('is asked by the constructor, which makes no request', () => {
    expect(() => new Consumer(asOptions({ ...required, onRecord, pollIntervalMs: 1 }))).toThrow(
      InvalidOptionError,
    );
    const store = new Proxy(required.leaseStore, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return () => expect.unreachable(`${String(name)} was called.`);
      },
    });
    const consumer = new Consumer(
      asOptions({ ...required, leaseStore: store, onRecord, clientConfig: { region: 'eu-west-1' } }),
    );
    expect(consumer.health().state).toBe('new');
  });
});

describe('the handler', () => {
  it('is onRecord or shardHandler', () => {
    expect(resolve({})).toMatchObject({ onRecord });
    expect(resolve({ onRecord: undefined, shardHandler })).toMatchObject({ shardHandler });
  });

  it('is exactly one of them', () => {
    expect(refusal(required)).toMatchObject({
      option: 'onRecord',
      expected: expect.stringContaining('shardHandler'),
    });
    expect(refusalOf({ shardHandler })).toBe('shardHandler');
  });

  it.each(['onRecord', 'shardHandler', 'onError', 'onEvent'])('%s must be a function', (name) => {
    for (const value of ['text', {}, 1, null]) {
      const company = name === 'shardHandler' ? { onRecord: undefined } : {};
      expect(refusalOf({ ...company, [name]: value })).toBe(name);
    }
  });
});

describe('the checkpoint', () => {
  it('is manual with shardHandler only', () => {
    const manual = { checkpoint: 'manual' };
    expect(resolve({ ...manual, onRecord: undefined, shardHandler })).toMatchObject(manual);
    expect(refusalOf(manual)).toBe('checkpoint');
  });

  it('is written every so often', () => {
    for (const everyMs of [100, 600_000]) {
      expect(resolve({ checkpoint: { everyMs } })).toMatchObject({ checkpoint: { everyMs } });
    }
  });

  it.each([
    ['too often', { everyMs: 99 }],
    ['too seldom', { everyMs: 600_001 }],
    ['a fraction', { everyMs: 100.5 }],
    ['no time', {}],
    ['something else besides', { everyMs: 500, everyRecords: 3 }],
    ['another name', { everyMS: 500 }],
    ['a number', 500],
    ['a word', 'auto'],
    ['null', null],
  ])('refuses %s', (_, checkpoint) => {
    expect(refusalOf({ checkpoint })).toBe('checkpoint');
  });
});

describe.each(ranges)('option %s', (name, low, high) => {
  it('takes the ends of its range', () => {
    for (const value of [low, high]) expect(resolve({ [name]: value })).toMatchObject({ [name]: value });
  });

  it.each([
    ['below its range', low - 1],
    ['above its range', high + 1],
    ['a fraction', low + 0.5],
    ['NaN', Number.NaN],
    ['a string', String(low)],
  ])('refuses %s', (_, value) => {
    expect(refusalOf({ [name]: value })).toBe(name);
  });
});

describe('the lease store', () => {
  const methods = [
    ...['open', 'list', 'get', 'create', 'take', 'renew', 'checkpoint', 'prepareCheckpoint', 'startHandoff'],
    ...['assign', 'release', 'updateMetadata', 'delete', 'close'],
  ];
  const storeOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, () => {}]));

  it('may be any object with all methods', () => {
    const leaseStore = storeOf(methods);
    expect(resolve({ leaseStore }).leaseStore).toBe(leaseStore);
  });

  it.each(methods)('that lacks %s is refused, and told what it lacks', (name) => {
    const leaseStore = { ...storeOf(methods), [name]: undefined };
    const expected = `a LeaseStore; it lacks ${name}()`;
    expect(refusal({ ...required, onRecord, leaseStore })).toEqual({ option: 'leaseStore', expected });
  });
});

describe('other options', () => {
  const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';

  it.each<[string, unknown]>([
    ['stream', 'a'],
    ['stream', 'x'.repeat(128)],
    ['stream', 'Tweets_1.x-y'],
    ['stream', arn],
    ['stream', arn.replace('aws', 'aws-cn')],
    ['applicationName', 'x'.repeat(255)],
    ['workerName', 'host-1'],
    ['workerName', 'x'.repeat(100)],
    ['initialPosition', 'latest'],
    ['initialPosition', new Date(0)],
    ['outOfRange', 'drop'],
    ['outOfRange', 'deliver'],
    ['clientConfig', { region: 'eu-west-1' }],
  ])('%s takes %o', (name, value) => {
    expect(resolve({ [name]: value })).toMatchObject({ [name]: value });
  });

  it.each<[string, unknown]>([
    ['stream', ''],
    ['stream', 'x'.repeat(129)],
    ['stream', 'tweets/2'],
    ['stream', arn.replace('stream/', 'table/')],
    ['stream', 12],
    ['applicationName', ''],
    ['applicationName', 'x'.repeat(256)],
    ['workerName', ''],
    ['workerName', 'x'.repeat(101)],
    ['initialPosition', 'earliest'],
    ['initialPosition', new Date(Number.NaN)],
    ['initialPosition', 0],
    ['outOfRange', true],
    ['leaseStore', {}],
    ['leaseStore', 'memory'],
    ['leaseStore', { open: () => {} }],
    ['client', 'client'],
    ['client', {}],
    ['client', { send: true }],
    ['clientConfig', []],
    ['connection', []],
    ['connection', { region: 'eu-west-1' }],
  ])('%s refuses %o', (name, value) => {
    expect(refusalOf({ [name]: value })).toBe(name);
  });

  it('takes a client or a configuration, not both', () => {
    const client = new KinesisClient({ region: 'eu-west-1' });
    expect(resolve({ client }).client).toBe(client);
    expect(refusalOf({ client, clientConfig: {} })).toBe('client');
    const connection = new KinesisConnection({ clientConfig: { region: 'eu-west-1' } });
    expect(refusalOf({ client, connection })).toBe('client');
    expect(refusalOf({ connection, clientConfig: {} })).toBe('connection');
    expect(resolve({ connection }).connection).toBe(connection);
    expect(refusal({ ...required, onRecord, client: connection })).toEqual({
      option: 'client',
      expected: 'a KinesisClient',
    });
  });

  it('says where a client goes that was given in the place of all options, and what of it beside them', () => {
    const client = new KinesisClient({ region: 'eu-west-1' });
    expect(refusal(client)).toEqual({
      option: 'options',
      expected: 'an object of options (did you mean { client }?)',
    });
    expect(refusal({ ...required, onRecord, endpoint: 'http://127.0.0.1:4567' })).toEqual({
      option: 'endpoint',
      expected: '"clientConfig.endpoint"',
    });
    expect(refusal({ ...required, onRecord, failover: 5_000 }).expected).toBe('"failoverMs"');
  });

  it('refuses an empty region', () => {
    expect(refusalOf({ clientConfig: { region: '' } })).toBe('region');
  });

  it('takes a stream by ARN with its region only', () => {
    expect(resolve({ stream: arn, clientConfig: { region: 'eu-west-1' } })).toMatchObject({ stream: arn });
    expect(refusal({ ...required, onRecord, stream: arn, clientConfig: { region: 'us-east-1' } })).toEqual({
      option: 'stream',
      expected: 'of the region of clientConfig (us-east-1)',
    });
  });
});
