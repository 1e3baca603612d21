import { ConnectionFaultError } from './connection-fault-error.js';
import type {
  DroppableSubscription,
  ServiceClock,
  SubscriptionFaultEnd,
  SubscriptionFaults,
} from './operation.js';
import { refuse } from './refuse.js';
import { KinesisServiceError } from './service-error.js';
import type { Shard } from './shard.js';
import type { Stream } from './stream.js';
import type { RunningSubscription } from './stream-consumer.js';
import {
  nextStep,
  type ShardEvent,
  type SubscriptionPlace,
  type SubscriptionRules,
  type SubscriptionStep,
} from './subscription-step.js';

/** One member of SubscribeToShard's stream of events, in the SDK's form. */
export interface EventStreamMember {
  readonly SubscribeToShardEvent: ShardEvent;
}

/** What a subscription is made from. */
export interface SubscriptionFacts {
  readonly stream: Stream;
  readonly shard: Shard;
  readonly consumerName: string;
  readonly start: { readonly position: number; readonly timeMs: number };
  readonly rules: SubscriptionRules;
  readonly faults: SubscriptionFaults;
  readonly clock: ServiceClock;
  /** Called once, when it is over or about to be. */
  readonly onOver: (subscription: Subscription) => void;
}

/** What a pull waits for. */
interface Wait {
  readonly untilMs: number;
  /** Whether a change of the shard ends it too. */
  readonly forShard: boolean;
}

type Pulled = IteratorResult<EventStreamMember, undefined>;

const over: Pulled = Object.freeze({ done: true, value: undefined });

/** Why a subscription ends before its time. */
type Ending = 'returned' | 'taken-over' | 'abandoned' | 'dropped';

/**
 * The events of one shard for one consumer, pulled by its reader: who does not pull gets none, and holds none up.
 *
 * ```
 *                 ┌── records, or none for a while ──> an event ──┐
 * open ── pull ───┤ <─────────────────────────────────────────────┘
 *                 ├── the shard was closed and is read to its end ──> an event with its children ──> over
 *                 ├── its life has passed ──> over
 *                 ├── another subscription took over ──> ResourceInUseException ──> over
 *                 ├── its consumer or stream is gone ──> ResourceNotFoundException ──> over
 *                 ├── the reader returned ──> over
 *                 └── a fault strikes ──> silent until its life has passed | its error | its cut ──> over
 * ```
 */
export class Subscription
  implements RunningSubscription, DroppableSubscription, AsyncIterableIterator<EventStreamMember>
{
  readonly startedAtMs: number;
  readonly #facts: SubscriptionFacts;
  #place: SubscriptionPlace;
  #events = 0;
  /** Until when a fault holds the next event back; absent before there is one. */
  #heldUntilMs: number | undefined;
  #ending: Ending | undefined;
  #isOver = false;
  #isForgotten = false;
  #wake: () => void = () => {};
  /** Pulls are served one after another. */
  #pulls: Promise<unknown> = Promise.resolve();

  constructor(facts: SubscriptionFacts) {
    const { start, clock, rules } = facts;
    this.#facts = facts;
    this.startedAtMs = clock.now();
    this.#place = { ...start, blockedUntilMs: 0, idleAtMs: this.startedAtMs + rules.idleEventMs };
  }

  /** Whether it has ended, be it that its reader has not noticed yet. */
  get isOver(): boolean {
    const { clock, rules } = this.#facts;
    return this.#isOver || this.#ending !== undefined || clock.now() >= rules.expiresAtMs;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Another subscription of the same consumer on the same shard begins. */
  takeOver(): void {
    this.#end('taken-over');
  }

  /** Its consumer or its stream is gone. */
  abandon(): void {
    this.#end('abandoned');
  }

  /** The service closes: the connection is dropped. */
  drop(): void {
    this.#end('dropped');
  }

  next(): Promise<Pulled> {
    const pulled = this.#pulls.then(() => this.#pull());
    this.#pulls = pulled.catch(() => undefined);
    return pulled;
  }

  /** Ends it, also while a pull waits. */
  return(): Promise<Pulled> {
    this.#end('returned');
    return Promise.resolve(this.#over());
  }

  async #pull(): Promise<Pulled> {
    for (;;) {
      const now = this.#facts.clock.now();
      const turn = this.#turn(now);
      if (!('untilMs' in turn)) return turn;
      await this.#wait(turn, now);
    }
  }

  /** What a pull comes to at `now`, or what it waits for. A page is read only when it may be delivered. */
  #turn(now: number): Pulled | Wait {
    const { stream, shard, rules, faults } = this.#facts;
    stream.settle(now);
    shard.log.trimBefore(stream.trimHorizonMs(now));
    if (this.#isOver) return over;
    this.#throwIfEnding();
    if (now >= rules.expiresAtMs) return this.#over();
    if (faults.end && this.#events >= faults.end.afterEvents) {
      return this.#strike(faults.end) ? { untilMs: rules.expiresAtMs, forShard: false } : this.#over();
    }
    if (this.#heldUntilMs !== undefined && this.#heldUntilMs > now) return this.#held(this.#heldUntilMs);
    const step = nextStep(shard, this.#place, rules, now);
    if (step.kind === 'over') return this.#over();
    if (step.kind === 'event') return this.#deliver(step, now);
    return { untilMs: Math.min(step.untilMs, stream.dueAtMs), forShard: true };
  }

  #held(untilMs: number): Wait {
    return { untilMs: Math.min(untilMs, this.#facts.rules.expiresAtMs), forShard: false };
  }

  #deliver({ event, place }: Extract<SubscriptionStep, { kind: 'event' }>, now: number): Pulled | Wait {
    this.#heldUntilMs ??= now + this.#facts.faults.delayMs();
    if (this.#heldUntilMs > now) return this.#held(this.#heldUntilMs);
    this.#heldUntilMs = undefined;
    this.#place = place;
    this.#events += 1;
    if (event.ChildShards) this.#over();
    return { done: false, value: { SubscribeToShardEvent: event } };
  }

  /** A fault strikes: throws its error, or tells whether the subscription goes on in silence. */
  #strike({ what }: SubscriptionFaultEnd): boolean {
    if (what === 'stall') return true;
    this.#over();
    if ('refusal' in what) refuse(what.refusal);
    if (what.cut === 'end') return false;
    throw new ConnectionFaultError('SubscribeToShard', 'reset', undefined, what.cut);
  }

  #throwIfEnding(): void {
    const { stream, shard, consumerName } = this.#facts;
    if (this.#ending === undefined) return;
    this.#over();
    if (this.#ending === 'taken-over') {
      throw new KinesisServiceError(
        'ResourceInUseException',
        `Another subscription of consumer ${consumerName} to shard ${shard.id} of stream ${stream.name} has taken over.`,
      );
    }
    if (this.#ending === 'abandoned') {
      throw new KinesisServiceError(
        'ResourceNotFoundException',
        `Consumer ${consumerName} of stream ${stream.name} is gone.`,
      );
    }
    throw new ConnectionFaultError('SubscribeToShard', 'reset', undefined, 'reset');
  }

  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.#ending ??= ending;
    this.#forget();
    this.#wake();
  }

  #over(): Pulled {
    this.#isOver = true;
    this.#forget();
    return over;
  }

  /** Tells once that it ends: a reader that never pulls again would keep it for ever. */
  #forget(): void {
    if (this.#isForgotten) return;
    this.#isForgotten = true;
    this.#facts.onOver(this);
  }

  /** Resolves at `untilMs`, when the subscription is to end, or (`forShard`) when the shard changes. */
  #wait({ untilMs, forShard }: Wait, now: number): Promise<void> {
    const { shard, clock } = this.#facts;
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake = () => {};
        timer.cancel();
        unwatch();
        resolve();
      };
      this.#wake = wake;
      const timer = clock.schedule(untilMs - now, wake);
      const unwatch = forShard ? shard.watch(wake) : () => {};
    });
  }
}
