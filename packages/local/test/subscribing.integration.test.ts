/**
 * Event streams through the real SDK over loopback: both HTTP versions, with and without TLS, JSON and CBOR, sessions shared and
 * not. The events come from the tests; consumers and shards are shown elsewhere.
 */
import {
  type KinesisClient,
  ResourceInUseException,
  SubscribeToShardCommand,
  type SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionFaultError } from '../src/connection-fault-error.js';
import type { SubscriptionCut } from '../src/fault.js';
import { KinesisServiceError } from '../src/service-error.js';
import { eventOf, eventServer } from './support/event-server.js';
import { type ClientOptions, sdkClient, type Transport } from './support/sdk-clients.js';

const transports: readonly Transport[] = ['HTTP/2, a session each', 'HTTP/2, shared', 'HTTP/1.1'];
const command = () =>
  new SubscribeToShardCommand({ ConsumerARN: 'c', ShardId: 's', StartingPosition: { Type: 'LATEST' } });

const toClose: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

async function setUp(
  subscribe: () => AsyncIterable<object>,
  { tls = false, ...options }: Omit<ClientOptions, 'endpoint'> & { readonly tls?: boolean } = {},
): Promise<KinesisClient> {
  const server = await eventServer(subscribe, { tls });
  const client = sdkClient({ ...options, ...server });
  toClose.push(server.close, () => client.destroy());
  return client;
}

/** Subscribes, and tells how many events came and how the loop ended. */
async function read(
  client: KinesisClient,
  onEvent: (event: SubscribeToShardEventStream, count: number) => unknown = () => undefined,
): Promise<{ readonly count: number; readonly error?: Error & { code?: string } }> {
  let count = 0;
  const { EventStream = [] } = await client.send(command());
  try {
    for await (const event of EventStream) {
      count += 1;
      await onEvent(event, count);
    }
  } catch (error) {
    return { count, error: error as Error };
  }
  return { count };
}

describe.each([false, true])('an event stream, TLS %s', (tls) => {
  const cases = transports.flatMap((transport) =>
    (['json', 'cbor'] as const).map((format) => ({ transport, format })),
  );
  it.each(cases)('comes whole over $transport in $format', async ({ transport, format }) => {
    const data = Uint8Array.from({ length: 100_000 }, (_, index) => index);
    const subscribe = async function* () {
      for (let number = 1; number <= 20; number += 1) yield eventOf(number, data);
    };
    const client = await setUp(subscribe, { tls, transport, format });
    // The SDK's codec reads CBOR's milliseconds as seconds.
    const arrivedAtMs = format === 'json' ? 1_700_000_000_123 : 1_700_000_000_123_000;
    const ending = await read(client, ({ SubscribeToShardEvent: event }, count) => {
      expect(event).toMatchObject({ ContinuationSequenceNumber: String(count), MillisBehindLatest: 0 });
      const [record] = event?.Records ?? [];
      expect(record?.ApproximateArrivalTimestamp?.getTime()).toBe(arrivedAtMs);
      expect(Buffer.compare(record?.Data ?? Buffer.alloc(0), data)).toBe(0);
    });
    expect(ending).toEqual({ count: 20 });
  });
});

describe.each(transports)('an event stream over %s', (transport) => {
  it('answers before there is an event', async () => {
    let give = () => {};
    const given = new Promise<void>((resolve) => {
      give = resolve;
    });
    const subscribe = async function* () {
      await given;
      yield eventOf(1);
    };
    const client = await setUp(subscribe, { transport });
    const { EventStream = [] } = await client.send(command());
    give();
    for await (const event of EventStream) expect(event.SubscribeToShardEvent).toBeDefined();
  });

  it.each(['json', 'cbor'] as const)(
    'throws what the service throws between events, in %s',
    async (format) => {
      const subscribe = async function* () {
        yield eventOf(1);
        throw new KinesisServiceError('ResourceInUseException', 'Another subscription took over.');
      };
      const { count, error } = await read(await setUp(subscribe, { transport, format }));
      expect(count).toBe(1);
      expect(error).toBeInstanceOf(ResourceInUseException);
      expect(error?.message).toBe('Another subscription took over.');
    },
  );

  it('tells the subscription when the client goes away', async () => {
    let told = () => {};
    const over = new Promise<void>((resolve) => {
      told = resolve;
    });
    const subscribe = () => ({
      [Symbol.asyncIterator]: () => {
        let number = 0;
        return {
          next: () =>
            number === 0
              ? Promise.resolve({ value: eventOf(++number) })
              : new Promise<IteratorResult<object>>(() => undefined),
          return: () => {
            told();
            return Promise.resolve({ done: true as const, value: undefined });
          },
        };
      },
    });
    const client = await setUp(subscribe, { transport });
    const gives = new AbortController();
    const { EventStream = [] } = await client.send(command(), { abortSignal: gives.signal });
    try {
      for await (const event of EventStream) {
        expect(event.SubscribeToShardEvent).toBeDefined();
        gives.abort();
      }
    } catch (error) {
      expect(error).toMatchObject({ name: 'Error', code: 'ECONNRESET' });
    }
    await over;
  });
});

/** What each cut looks like to the SDK; undefined is an end like any other. */
const looks: Readonly<Record<Transport, Readonly<Record<SubscriptionCut, string | RegExp | undefined>>>> = {
  'HTTP/2, a session each': {
    end: undefined,
    fin: undefined,
    reset: undefined,
    cancel: undefined,
    'internal-error': 'ERR_HTTP2_STREAM_ERROR',
    goaway: 'ERR_HTTP2_SESSION_ERROR',
    corrupt: /checksum/,
  },
  'HTTP/2, shared': {
    end: undefined,
    fin: undefined,
    reset: 'ECONNRESET',
    cancel: undefined,
    'internal-error': 'ERR_HTTP2_STREAM_ERROR',
    goaway: 'ERR_HTTP2_SESSION_ERROR',
    corrupt: /checksum/,
  },
  'HTTP/1.1': {
    end: undefined,
    fin: 'ECONNRESET',
    reset: 'ECONNRESET',
    cancel: 'ECONNRESET',
    'internal-error': 'ECONNRESET',
    goaway: 'ECONNRESET',
    corrupt: /checksum/,
  },
};

describe('a subscription that is cut', () => {
  const cases = transports.flatMap((transport) =>
    (Object.keys(looks[transport]) as SubscriptionCut[]).map((how) => ({ transport, how })),
  );
  it.each(cases)('by $how looks over $transport as it does from any server', async ({ transport, how }) => {
    let see = () => {};
    const seen = new Promise<void>((resolve) => {
      see = resolve;
    });
    const subscribe = async function* () {
      yield eventOf(1);
      await seen;
      // A reset close behind data looks like an end to Node's reader.
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new ConnectionFaultError('SubscribeToShard', 'reset', undefined, how);
    };
    const client = await setUp(subscribe, { transport, tls: true });
    const { count, error } = await read(client, see);
    expect(count).toBe(1);
    const look = looks[transport][how];
    if (look === undefined) expect(error).toBeUndefined();
    else if (typeof look === 'string') expect(error?.code).toBe(look);
    else expect(error?.message).toMatch(look);
  });
});
