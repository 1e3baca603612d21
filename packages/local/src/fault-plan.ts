import type { Random } from '@shardline/core';
import { checkFault } from './check-fault.js';
import type { Fault, LatencyFault, ReshardFault } from './fault.js';
import type { OperationFaults, Refusal, SubscriptionFaults } from './operation.js';

/** How often each kind of fault was injected. */
export type FaultCounts = Readonly<Record<Fault['kind'], number>>;

/** A fault that was added to a plan. */
export interface PlannedFault {
  /** As it was added. */
  readonly fault: Fault;
  /** How often it was injected so far. */
  readonly injected: number;
  /** Ends it. */
  remove(): void;
}

/** What happens to the answer of a call; at most one of these for each. */
export type AnswerFault = Extract<
  Fault,
  { kind: 'failCall' | 'loseAnswer' | 'stall' | 'storeLate' | 'reset' }
>;

/** The faults of one call. */
export interface CallFaults extends OperationFaults {
  readonly reshards: readonly DueReshard[];
  readonly answer: AnswerFault | undefined;
  readonly latencyMs: number;
}

/** A reshard that is due with a call. */
export interface DueReshard {
  readonly fault: ReshardFault;
  /** To be called when it has changed shards; it stays due otherwise. */
  count(): void;
}

/** What is known of a call when its faults are drawn. */
export interface FaultedCall {
  readonly operation: string;
  readonly stream: string | undefined;
  readonly now: number;
  readonly random: Random;
}

type RecordFault = Extract<Fault, { kind: 'throttleShard' | 'failRecord' }>;

interface Rule extends PlannedFault {
  injected: number;
  seen: number;
  /** When it was added, or when the plan came into use, if that was later. */
  sinceMs: number;
}

const noCounts: FaultCounts = Object.freeze({
  throttleShard: 0,
  failRecord: 0,
  failCall: 0,
  loseAnswer: 0,
  stall: 0,
  storeLate: 0,
  latency: 0,
  reset: 0,
  reshard: 0,
  staleListShards: 0,
  shuffleRecords: 0,
  expireIterator: 0,
  slowSubscription: 0,
  stallSubscription: 0,
  failSubscription: 0,
  cutSubscription: 0,
});

/**
 * What goes wrong on purpose, and how often it did. Faults are looked at in the order in which they were added; of those
 * that concern the answer of a call (`failCall`, `loseAnswer`, `stall`, `storeLate`, `reset`) the first that applies wins.
 */
export class FaultPlan {
  #rules: readonly Rule[] = [];
  readonly #counts = { ...noCounts };
  #now: () => number = () => 0;

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.add(fault);
  }

  /**
   * Adds a fault, effective from the next call on.
   * @throws InvalidOptionError when it is not a fault that can be injected.
   */
  add(fault: Fault): PlannedFault {
    checkFault(fault);
    const remove = () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
    };
    const rule: Rule = { fault, injected: 0, seen: 0, sinceMs: this.#now(), remove };
    this.#rules = [...this.#rules, rule];
    return rule;
  }

  /** Ends all faults. The counts stay. */
  clear(): void {
    this.#rules = [];
  }

  /** How often each kind was injected since the plan was made. */
  counts(): FaultCounts {
    return { ...this.#counts };
  }

  /** @internal Puts the plan into use: its faults with a duration begin now. */
  attach(now: () => number): void {
    this.#now = now;
    for (const rule of this.#rules) rule.sinceMs = now();
  }

  /** @internal Draws the faults of a call that has arrived. */
  draw(call: FaultedCall): CallFaults {
    if (this.#rules.length === 0) return noFaults;
    return {
      reshards: this.#reshards(call),
      latencyMs: this.#all(call, 'latency').reduce((sum, fault) => sum + latencyOf(fault, call.random), 0),
      answer: this.#answer(call),
      refusal: (access, stream, shardId) => this.#refusal(call, access, stream.name, shardId),
      listingAgeMs: ({ name }) =>
        Math.max(0, ...this.#all({ ...call, stream: name }, 'staleListShards').map(({ ageMs }) => ageMs)),
      recordOrder: ({ name }, count) =>
        this.#all({ ...call, stream: name }, 'shuffleRecords').length > 0
          ? shuffled(count, call.random)
          : undefined,
      iteratorLifeMs: () => Number.POSITIVE_INFINITY,
      subscription: () => unharmed,
    };
  }

  #all<Kind extends Fault['kind']>(call: FaultedCall, kind: Kind): readonly Extract<Fault, { kind: Kind }>[] {
    return this.#rules
      .filter(
        (rule) => rule.fault.kind === kind && selects(rule.fault, call) && this.#strike(rule, call.random),
      )
      .map((rule) => rule.fault as Extract<Fault, { kind: Kind }>);
  }

  #reshards(call: FaultedCall): readonly DueReshard[] {
    const due: DueReshard[] = [];
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (fault.kind !== 'reshard' || !selects(fault, call) || !isDue(rule, call.random)) continue;
      due.push({ fault, count: () => this.#count(rule) });
    }
    return due;
  }

  #answer(call: FaultedCall): AnswerFault | undefined {
    for (const rule of this.#rules) {
      if (isAnswerFault(rule.fault) && selects(rule.fault, call) && this.#strike(rule, call.random))
        return rule.fault;
    }
    return undefined;
  }

  #refusal(
    call: FaultedCall,
    access: 'write' | 'read',
    stream: string,
    shardId: string,
  ): Refusal | 'throttled' | undefined {
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (!isRecordFault(fault) || !fallsOn(fault, access, stream, shardId)) continue;
      if (fault.kind === 'throttleShard' && isOver(rule, fault.forMs, call.now)) continue;
      if (this.#strike(rule, call.random)) return refusalOf(fault);
    }
    return undefined;
  }

  /** Whether a fault that applies is injected this time; if so it is counted. */
  #strike(rule: Rule, random: Random): boolean {
    if (!isDue(rule, random)) return false;
    this.#count(rule);
    return true;
  }

  #count(rule: Rule): void {
    rule.injected += 1;
    this.#counts[rule.fault.kind] += 1;
  }
}

const noFaults: CallFaults = Object.freeze({
  reshards: [],
  latencyMs: 0,
  answer: undefined,
  refusal: () => undefined,
  listingAgeMs: () => 0,
  recordOrder: () => undefined,
  iteratorLifeMs: () => Number.POSITIVE_INFINITY,
  subscription: () => unharmed,
});

const unharmed: SubscriptionFaults = Object.freeze({ delayMs: () => 0, end: undefined });

/** Whether a fault that applies is to be injected this time. */
function isDue(rule: Rule, random: Random): boolean {
  const { fault } = rule;
  const times = fault.times ?? (fault.kind === 'reshard' ? 1 : Number.POSITIVE_INFINITY);
  if (rule.injected >= times) return false;
  rule.seen += 1;
  if (rule.seen <= (fault.skip ?? 0)) return false;
  return fault.probability === undefined || random.next() < fault.probability;
}

function selects(fault: Fault, call: FaultedCall): boolean {
  if (fault.stream !== undefined && fault.stream !== call.stream) return false;
  if (!('operation' in fault) || fault.operation === undefined) return true;
  return typeof fault.operation === 'string'
    ? fault.operation === call.operation
    : (fault.operation as readonly string[]).includes(call.operation);
}

function isAnswerFault(fault: Fault): fault is AnswerFault {
  return ['failCall', 'loseAnswer', 'stall', 'storeLate', 'reset'].includes(fault.kind);
}

function isRecordFault(fault: Fault): fault is RecordFault {
  return fault.kind === 'throttleShard' || fault.kind === 'failRecord';
}

function fallsOn(fault: RecordFault, access: 'write' | 'read', stream: string, shardId: string): boolean {
  const meant = fault.kind === 'throttleShard' ? (fault.access ?? 'write') : 'write';
  return meant === access && (fault.shardId ?? shardId) === shardId && (fault.stream ?? stream) === stream;
}

function isOver(rule: Rule, forMs: number | undefined, now: number): boolean {
  return forMs !== undefined && now - rule.sinceMs >= forMs;
}

function latencyOf(fault: LatencyFault, random: Random): number {
  return fault.delayMs + (fault.jitterMs === undefined ? 0 : random.next() * fault.jitterMs);
}

function refusalOf(fault: RecordFault): Refusal | 'throttled' {
  if (fault.kind === 'throttleShard') return 'throttled';
  return {
    code: fault.errorCode ?? 'InternalFailure',
    message: fault.errorText ?? 'Internal service failure.',
  };
}

/** The numbers below `count` in random order (Fisher and Yates). */
function shuffled(count: number, random: Random): readonly number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next() * (last + 1));
    const moved = order[last] ?? last;
    order[last] = order[other] ?? other;
    order[other] = moved;
  }
  return order;
}
