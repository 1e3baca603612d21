import type { Random } from '@shardline/core';
import { BillingCommitment } from './billing-commitment.js';
import { CallRates } from './call-rates.js';
import { CreationTimes } from './creation-times.js';
import { RetainedBytes } from './retained-bytes.js';
import { TokenSealer } from './sealed-token.js';
import { KinesisServiceError } from './service-error.js';
import type { KinesisOperation, ServiceLimits } from './service-limits.js';
import type { Stream } from './stream.js';
import type { StreamConsumer } from './stream-consumer.js';

/** What an {@link Account} is made from. */
export interface AccountFacts {
  readonly accountId: string;
  readonly region: string;
  readonly limits: ServiceLimits;
  readonly maxRetainedBytes: number;
  /** How long CREATING, UPDATING and DELETING last. */
  readonly transitionMs: number;
  /** Records this far apart have an empty page between them. */
  readonly emptyPageGapMs: number;
  readonly idleEventMs: number;
  readonly random: Random;
}

/** How a call names its stream. */
export interface StreamReference {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/** All streams of one account in one region, and what they share. */
export class Account {
  readonly id: string;
  readonly region: string;
  readonly limits: ServiceLimits;
  readonly transitionMs: number;
  readonly emptyPageGapMs: number;
  readonly idleEventMs: number;
  readonly random: Random;
  readonly budget: RetainedBytes;
  readonly tokens: TokenSealer;
  /** To a minimum throughput. */
  readonly commitment = new BillingCommitment();
  /** By name: told apart by their time, as in an iterator. */
  readonly streamCreations = new CreationTimes(1);
  /** By stream and name, streams that are gone included: told apart by the second, which is in the ARN. */
  readonly consumerCreations = new CreationTimes(1_000);
  readonly #streams = new Map<string, Stream>();
  readonly #calls: CallRates;
  /** Kept here, so that a stream that is gone takes its own along. */
  readonly #streamCalls = new WeakMap<Stream, CallRates>();
  #epoch = 0;

  constructor(facts: AccountFacts) {
    this.id = facts.accountId;
    this.region = facts.region;
    this.limits = facts.limits;
    this.transitionMs = facts.transitionMs;
    this.emptyPageGapMs = facts.emptyPageGapMs;
    this.idleEventMs = facts.idleEventMs;
    this.random = facts.random;
    this.#calls = new CallRates(facts.limits.accountCallsPerSecond);
    this.budget = new RetainedBytes(facts.maxRetainedBytes);
    this.tokens = new TokenSealer(String(facts.random.next()));
  }

  /** Whether its on-demand streams are On-demand Advantage: they may have more consumers then, and warm throughput. */
  get onDemandAdvantage(): boolean {
    return this.commitment.isOn;
  }

  /** A number above all that were given out; the time, where that is higher. */
  nextEpoch(atMs: number): number {
    this.#epoch = Math.max(this.#epoch + 1, Math.floor(atMs));
    return this.#epoch;
  }

  arnOf(streamName: string): string {
    return `arn:aws:kinesis:${this.region}:${this.id}:stream/${streamName}`;
  }

  /** All streams, in no order, as they stand at `now`. */
  *streams(now: number): Generator<Stream, void> {
    for (const stream of this.#streams.values()) {
      stream.settle(now);
      // Unless it was due to go.
      if (this.#streams.has(stream.name)) yield stream;
    }
  }

  /** All streams in order of their names, as they stand at `now`. */
  streamsByName(now: number): readonly Stream[] {
    return [...this.streams(now)].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  add(stream: Stream): void {
    this.#streams.set(stream.name, stream);
  }

  remove(stream: Stream): void {
    this.#streams.delete(stream.name);
    stream.release();
  }

  /** The stream of this name as it stands at `now`. */
  find(name: string, now: number): Stream | undefined {
    this.#streams.get(name)?.settle(now);
    return this.#streams.get(name);
  }

  /** The stream that a call names, or the service's error. */
  stream(reference: StreamReference, now: number): Stream {
    const name = this.nameOf(reference);
    const stream = this.find(name, now);
    if (!stream || (reference.StreamARN !== undefined && reference.StreamARN !== stream.arn)) {
      throw new KinesisServiceError(
        'ResourceNotFoundException',
        `Stream ${name} under account ${this.id} not found.${this.#elsewhere(reference.StreamARN)}`,
      );
    }
    return stream;
  }

  /** What tells a slip in an ARN's account or region from a stream that is not there. */
  #elsewhere(arn: string | undefined): string {
    const [, , , region = this.region, id = this.id] = arn?.split(':') ?? [];
    if (region === this.region && id === this.id) return '';
    return ` The ARN is of account ${id} in ${region}; this local Kinesis is account ${this.id} in ${this.region}.`;
  }

  /** The registered consumer of this ARN and its stream, or the service's error. */
  consumer(arn: string, now: number): { readonly stream: Stream; readonly consumer: StreamConsumer } {
    const stream = this.find(streamNameIn(arn), now);
    const consumer = stream?.consumers.byArn(arn, now);
    if (stream && consumer) return { stream, consumer };
    throw new KinesisServiceError(
      'ResourceNotFoundException',
      `Consumer ${arn} under account ${this.id} not found.`,
    );
  }

  /** The name in a reference by name, by ARN or by both. */
  nameOf({ StreamName, StreamARN }: StreamReference): string {
    const nameInArn = StreamARN === undefined ? undefined : streamNameIn(StreamARN);
    if (StreamName !== undefined && nameInArn !== undefined && StreamName !== nameInArn) {
      throw new KinesisServiceError(
        'InvalidArgumentException',
        `StreamName ${StreamName} and StreamARN ${StreamARN} name two streams.`,
      );
    }
    const name = StreamName ?? nameInArn;
    if (name === undefined) {
      throw new KinesisServiceError(
        'InvalidArgumentException',
        'Neither StreamName nor StreamARN was provided.',
      );
    }
    return name;
  }

  /** Counts a call against the account's rate for `operation`, after what was due in the account before it. */
  countCall(operation: KinesisOperation, now: number): void {
    this.commitment.settle(now);
    if (!this.#calls.tryCall(operation, now)) throw this.#tooManyCalls(operation);
  }

  /** Counts a call against the rate for `operation` of the stream of this name, if there is one. */
  countStreamCall(operation: KinesisOperation, name: string | undefined, now: number): void {
    const stream = name === undefined ? undefined : this.find(name, now);
    if (!stream) return;
    const calls = this.#streamCalls.get(stream) ?? new CallRates(this.limits.streamCallsPerSecond);
    this.#streamCalls.set(stream, calls);
    if (!calls.tryCall(operation, now)) throw this.#tooManyCalls(operation, stream);
  }

  #tooManyCalls(operation: KinesisOperation, stream?: Stream): KinesisServiceError {
    const where = stream ? ` on stream ${stream.name}` : '';
    return new KinesisServiceError(
      'LimitExceededException',
      `Rate exceeded for ${operation}${where} under account ${this.id}.`,
    );
  }

  /** Makes room for `bytes` of records, trimming what is past retention, or throws. */
  reserve(bytes: number, now: number): void {
    if (this.budget.fits(bytes)) return;
    for (const stream of this.streams(now)) stream.trim(now);
    if (this.budget.fits(bytes)) return;
    throw new KinesisServiceError(
      'LocalMemoryExceededException',
      `This local Kinesis holds ${this.budget.used} bytes of records and was asked to keep ${bytes} more; its limit is ` +
        `${this.budget.limit}. Raise maxRetainedBytes, or delete streams that are no longer needed.`,
    );
  }
}

/** The stream's name in the ARN of a stream or of one of its consumers. */
export function streamNameIn(arn: string): string {
  const name = arn.slice(arn.indexOf('/') + 1);
  const end = name.indexOf('/consumer/');
  return end === -1 ? name : name.slice(0, end);
}
