import type { KinesisClient, KinesisClientConfig } from '@aws-sdk/client-kinesis';
import type { KinesisConnection } from '@shardline/core/connection';
import type { ProducerEvent } from './events.js';
import type { Outcomes } from './outcomes.js';

/** Options of a {@link Producer}. */
export interface ProducerOptions {
  /**
   * Stream name, or ARN for a stream of another account. A client that the producer makes is of the region in `clientConfig`, else
   * of that of the ARN, whatever environment and profile say. A region given as text, also that of a `connection`, has to be the
   * ARN's. No request is made before `start()` or the first put.
   */
  readonly stream: string;
  /**
   * Id of the stream, 20 characters, a hyphen and 3, which the service reserves for later: it goes with each request and leads to
   * a host of its own. KPL: setStreamId.
   */
  readonly streamId?: string | undefined;
  /**
   * Configuration of the client that the producer makes and closes: region, credentials, endpoint. It gets keep-alive HTTP/1.1
   * connections and no retries of its own: `maxAttempts`, `retryMode` and `retryStrategy` have no effect. Never together with
   * `client` or `connection`.
   * @defaultValue the region of the stream's ARN, else the SDK's own chain, as for credentials
   */
  readonly clientConfig?: KinesisClientConfig | undefined;
  /**
   * A connection to share with other producers and consumers: sockets, TLS sessions and credentials. Its owner closes it, after
   * them. Never together with `clientConfig` or `client`.
   * @defaultValue a connection of the producer's own, of at most `maxInFlightRequests` and two more sockets
   */
  readonly connection?: KinesisConnection | undefined;
  /**
   * A client to use as it is; its retries count as one attempt and its owner closes it. Its own serializer writes the requests,
   * which costs more than half of the rate. Never together with `clientConfig` or `connection`.
   */
  readonly client?: KinesisClient | undefined;
  /**
   * Whether user records are packed into KPL aggregates. `'auto'`: unless the stream places records itself; `'always'`: assume
   * that it does not; `'never'`: every user record is a Kinesis record. KPL: AggregationEnabled.
   * @defaultValue `'auto'`
   */
  readonly aggregate?: 'auto' | 'always' | 'never' | undefined;
  /**
   * Size at which an aggregate is sealed, in bytes, 1,024 to 1,048,576. KPL: AggregationMaxSize.
   * @defaultValue 51,200
   */
  readonly aggregateBytes?: number | undefined;
  /**
   * Size to which an aggregate may grow while its shard has to wait, in bytes, `aggregateBytes` to 1,048,576; an eighth of
   * `maxOutstandingBytes` at most.
   * @defaultValue 1,048,576
   */
  readonly maxAggregateBytes?: number | undefined;
  /**
   * Size of a PutRecords request, in bytes, 65,536 to 10,485,760; one larger record goes alone. An eighth of
   * `maxOutstandingBytes` at most. KPL: CollectionMaxSize.
   * @defaultValue 2,097,152
   */
  readonly maxRequestBytes?: number | undefined;
  /**
   * Longest wait of a record for others to share its aggregate, in milliseconds, 0 to 60,000. KPL: RecordMaxBufferedTime.
   * @defaultValue 100
   */
  readonly lingerMs?: number | undefined;
  /**
   * `'key'`: records of one partition key (and explicit hash key, if given) are stored in put order. `'none'`: several requests
   * of one shard may be in flight.
   * @defaultValue `'key'`
   */
  readonly ordering?: 'key' | 'none' | undefined;
  /**
   * How long a record is tried, from its acceptance (waiting for room does not count), in milliseconds, 100 to 86,400,000; above
   * `lingerMs`. No attempt begins with an older record; one that is under way is left alone until its time-out. Ends up to 1 ms early,
   * since the times of puts are kept in whole milliseconds, and an eighth of it late, 1 s at most, since that is how often what waits is
   * looked through. KPL: RecordTtl (30 s there).
   * @defaultValue 120,000
   */
  readonly recordTtlMs?: number | undefined;
  /**
   * Share of a shard's write limits that this producer may use, in percent, 1 to 100. KPL: RateLimit (150 there).
   * @defaultValue 100
   */
  readonly rateLimitPercent?: number | undefined;
  /**
   * Bound on the memory of accepted and unsettled records, in bytes, with book-keeping, request bodies and buffers (a quarter is set
   * aside for those), 1,048,576 or more. Waiting puts may hold as much again.
   * @defaultValue 33,554,432
   */
  readonly maxOutstandingBytes?: number | undefined;
  /**
   * Bound on accepted and unsettled records, 1 or more.
   * @defaultValue 200,000
   */
  readonly maxOutstandingRecords?: number | undefined;
  /**
   * What a put does when the bound is reached: wait for room, or fail with `BUFFER_FULL`.
   * @defaultValue `'wait'`
   */
  readonly whenFull?: 'wait' | 'reject' | undefined;
  /**
   * Records that may wait for room, 0 or more, and as many bytes as `maxOutstandingBytes`; once as much waits, the next call that
   * must wait fails with `BUFFER_FULL`. A single call may be larger by itself.
   * @defaultValue 10,000
   */
  readonly maxWaitingPuts?: number | undefined;
  /**
   * PutRecords requests in flight at once, 1 to 256. KPL: MaxConnections (24 there).
   * @defaultValue 16
   */
  readonly maxInFlightRequests?: number | undefined;
  /**
   * Longest wait for the answer to one request, in milliseconds, 100 to 600,000; after it the attempt is unanswered.
   * Calls that tell of the stream and its shards have as long, 5 s at most.
   * KPL: RequestTimeout.
   * @defaultValue 6,000
   */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * Format of PutRecords bodies. `'cbor'`: data goes as it is; where an endpoint takes JSON alone the producer finds out by itself.
   * `'json'`: base64, a third more bytes and twice the work. No effect with `client`, or with a `protocol` in `clientConfig`.
   * @defaultValue `'cbor'`
   */
  readonly bodyFormat?: 'cbor' | 'json' | undefined;
  /** Told of the outcomes of every Kinesis record, however its user records were put. Required by `tryPut`. */
  readonly onOutcomes?: ((outcomes: Outcomes) => void) | undefined;
  /** Told of every seal, retry, failure and map change, with its reason. Also on the diagnostics channel `shardline:producer`. */
  readonly onEvent?: ((event: ProducerEvent) => void) | undefined;
}
