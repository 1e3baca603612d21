import type { Clock, Random } from '@shardline/core';
import { Account } from './account.js';
import { type AccountSnapshot, snapshotOf } from './account-snapshot.js';
import { applyShardChange } from './apply-shard-change.js';
import type { AnswerFault, CallFaults } from './call-faults.js';
import { ConnectionFaultError } from './connection-fault-error.js';
import { carryOut, type PreparedCall, prepareCall, streamNameOf } from './engine.js';
import { FaultPlan } from './fault-plan.js';
import { type LocalKinesisOptions, resolveLocalOptions } from './local-options.js';
import type { DroppableSubscription, OperationContext } from './operation.js';
import { addStream } from './operations/create-stream.js';
import type { InputForm } from './read-input.js';
import { asSdkSeesIt } from './sdk-event-stream.js';
import { KinesisServiceError } from './service-error.js';
import type { Subscription } from './subscription.js';
import { WaitingCalls } from './waiting-calls.js';

/**
 * Kinesis Data Streams in process: it refuses what the service refuses, keeps its limits, and is deterministic given its
 * clock and random source (L1). A wall clock that jumps does not move it: its time is where `clock.now()` stood when it
 * was made, plus what has passed on `clock.monotonic()`.
 */
export class LocalKinesis {
  /** What goes wrong on purpose. May be changed at any time. */
  readonly faults: FaultPlan;
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #startMs: number;
  readonly #waiting: WaitingCalls;
  readonly #subscriptions = new Set<DroppableSubscription>();
  #closed = false;

  /** @throws InvalidOptionError when an option is unknown or out of range. */
  constructor(options: LocalKinesisOptions) {
    const { clock, random, streams, ...account } = resolveLocalOptions('LocalKinesis', options);
    this.#clock = clock;
    this.#random = random;
    this.#startMs = clock.now() - clock.monotonic();
    this.#waiting = new WaitingCalls(clock);
    this.#account = new Account({ ...account, random });
    const { faults = [] } = options;
    this.faults = 'draw' in faults ? faults : new FaultPlan(faults);
    this.faults.attach(() => this.#now());
    for (const spec of streams) addStream(this.#account, spec, this.#now(), 0);
  }

  /**
   * One API call, input and answer in the SDK's form. Rejects with {@link KinesisServiceError} where the service would
   * answer with an error. Injected connection faults reject with {@link ConnectionFaultError}; a call whose answer never
   * comes settles when `signal` fires. Giving up does not undo a call that has arrived. SubscribeToShard's answer has the
   * events in `EventStream`, for one reader; `signal` ends them too.
   */
  async call(
    operation: string,
    input: object,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<object> {
    const answer = await this.receive(operation, input, 'native', signal);
    if (!('EventStream' in answer)) return answer;
    return { EventStream: asSdkSeesIt(answer.EventStream as Subscription, signal) };
  }

  /** @internal A call in either form. */
  receive(operation: string, input: unknown, form: InputForm, signal?: AbortSignal): Promise<object> {
    if (this.#closed) return Promise.reject(new ConnectionFaultError(operation, 'reset'));
    if (signal?.aborted) return Promise.reject(new ConnectionFaultError(operation, 'timeout', signal.reason));
    const answer = this.#serve(operation, input, form, signal);
    return signal ? untilAborted(answer, operation, signal) : answer;
  }

  /** @internal The service's time, in milliseconds since 1970. */
  nowMs(): number {
    return this.#now();
  }

  /** All that it holds now: streams, their shards with what is kept in each, consumers and their subscriptions. Counts as no call. */
  snapshot(): AccountSnapshot {
    return snapshotOf(this.#account, this.#now());
  }

  /** Ends waiting calls and subscriptions, and forgets what was to be stored late. Calls from here on find nobody. */
  close(): void {
    this.#closed = true;
    this.#waiting.close();
    for (const subscription of this.#subscriptions) subscription.drop();
  }

  async #serve(operation: string, input: unknown, form: InputForm, signal?: AbortSignal): Promise<object> {
    const prepared = attempt(() => prepareCall(operation, input, form));
    const account = this.#account;
    const faults = this.faults.draw({
      operation,
      // Only when it is asked for: it may stand in a token.
      get stream() {
        return prepared.call && streamNameOf(account, prepared.call);
      },
      now: this.#now(),
      random: this.#random,
    });
    this.#reshard(faults);
    const run = () => {
      if (!prepared.call) throw prepared.error;
      return carryOut(this.#context(faults), prepared.call);
    };
    const half = faults.latencyMs / 2;
    if (half > 0) await this.#waiting.pause(operation, half);
    const answer = this.#answer(operation, faults.answer, run, signal);
    if (half === 0) return answer;
    const [outcome] = await Promise.allSettled([answer]);
    await this.#waiting.pause(operation, half);
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }

  #context(faults: CallFaults): OperationContext {
    return {
      account: this.#account,
      now: this.#now(),
      faults,
      clock: {
        now: () => this.#now(),
        schedule: (delayMs, run) => this.#clock.schedule(delayMs, run),
      },
      subscriptions: this.#subscriptions,
    };
  }

  #reshard({ reshards }: CallFaults): void {
    const now = this.#now();
    for (const { fault, count } of reshards) {
      const stream = this.#account.find(fault.stream, now);
      if (stream && applyShardChange(stream, fault.change, now, this.#random)) count();
    }
  }

  /** Carries a call out as its fault demands. */
  async #answer(
    operation: string,
    fault: AnswerFault | undefined,
    run: () => object,
    signal: AbortSignal | undefined,
  ): Promise<object> {
    switch (fault?.kind) {
      case undefined:
        return run();
      case 'failCall':
        if (fault.when === 'after') runUnseen(run);
        throw errorOf(fault);
      case 'reset':
        if (fault.when === 'after') runUnseen(run);
        throw new ConnectionFaultError(operation, 'reset');
      case 'loseAnswer':
        runUnseen(run);
        return this.#waiting.silence(operation, signal);
      case 'stall':
        return this.#waiting.silence(operation, signal);
      case 'storeLate':
        if (signal) await this.#waiting.givenUp(operation, signal);
        await this.#waiting.pause(operation, fault.afterMs);
        runUnseen(run);
        return this.#waiting.silence(operation, signal);
    }
  }

  #now(): number {
    return this.#startMs + this.#clock.monotonic();
  }
}

function attempt(prepare: () => PreparedCall): { readonly call?: PreparedCall; readonly error?: unknown } {
  try {
    return { call: prepare() };
  } catch (error) {
    return { error };
  }
}

function errorOf(fault: Extract<AnswerFault, { kind: 'failCall' }>): KinesisServiceError {
  const message = fault.errorText ?? `${fault.errorCode}, injected.`;
  return new KinesisServiceError(fault.errorCode, message, fault.statusCode);
}

/** Carries a call out whose answer nobody gets, be it an error. */
function runUnseen(run: () => object): void {
  try {
    endUnseen(run());
  } catch (error) {
    if (!(error instanceof KinesisServiceError)) throw error;
  }
}

function untilAborted(answer: Promise<object>, operation: string, signal: AbortSignal): Promise<object> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      reject(new ConnectionFaultError(operation, 'timeout', signal.reason));
      answer.then(endUnseen, () => {});
    };
    signal.addEventListener('abort', giveUp, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** A subscription that nobody holds ends: else it would stand as running until another took over. */
function endUnseen(answer: object): void {
  if ('EventStream' in answer) void (answer.EventStream as Subscription).return();
}
