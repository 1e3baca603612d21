import type { Random } from '@shardline/core';
import type { Fault, ReshardFault } from './fault.js';
import type { FaultRule } from './fault-rule.js';
import type { OperationFaults, Refusal } from './operation.js';
import { drawSubscriptionFaults, unharmedSubscription } from './subscription-faults.js';

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

/**
 * Draws the faults of a call that has arrived. Those inside its operation are drawn when they are asked for, by the rules
 * in force then.
 */
export function drawCallFaults(rules: () => readonly FaultRule[], call: FaultedCall): CallFaults {
  if (rules().length === 0) return noFaults;
  const { operation, now, random } = call;
  // Not by spreading: the call's own stream may have to be looked for.
  const on = (stream: string): FaultedCall => ({ operation, stream, now, random });
  return {
    reshards: dueReshards(rules(), call),
    latencyMs: struck(rules(), call, 'latency').reduce(
      (sum, { delayMs, jitterMs }) =>
        sum + delayMs + (jitterMs === undefined ? 0 : call.random.next() * jitterMs),
      0,
    ),
    answer: answerOf(rules(), call),
    refusal: (access, stream, shardId) => refusalFor(rules(), on(stream.name), access, shardId),
    listingAgeMs: ({ name }) =>
      Math.max(0, ...struck(rules(), on(name), 'staleListShards').map(({ ageMs }) => ageMs)),
    recordOrder: ({ name }, count) =>
      struck(rules(), on(name), 'shuffleRecords').length > 0 ? shuffled(count, call.random) : undefined,
    iteratorLifeMs: ({ name }, shardId, ageMs) => iteratorLifeMs(rules(), on(name), shardId, ageMs),
    subscription: ({ name }, shardId, consumer) =>
      drawSubscriptionFaults(rules, on(name), { shardId, consumer }, call.random),
  };
}

const noFaults: CallFaults = Object.freeze({
  reshards: [],
  latencyMs: 0,
  answer: undefined,
  refusal: () => undefined,
  listingAgeMs: () => 0,
  recordOrder: () => undefined,
  iteratorLifeMs: () => Number.POSITIVE_INFINITY,
  subscription: () => unharmedSubscription,
});

function struck<Kind extends Fault['kind']>(
  rules: readonly FaultRule[],
  call: FaultedCall,
  kind: Kind,
): readonly Extract<Fault, { kind: Kind }>[] {
  return rules
    .filter((rule) => rule.fault.kind === kind && rule.selects(call) && rule.strikes(call.random))
    .map((rule) => rule.fault as Extract<Fault, { kind: Kind }>);
}

function dueReshards(rules: readonly FaultRule[], call: FaultedCall): readonly DueReshard[] {
  const due: DueReshard[] = [];
  for (const rule of rules) {
    const { fault } = rule;
    if (fault.kind !== 'reshard' || !rule.selects(call) || !rule.isDue(call.random)) continue;
    due.push({ fault, count: () => rule.count() });
  }
  return due;
}

function answerOf(rules: readonly FaultRule[], call: FaultedCall): AnswerFault | undefined {
  for (const rule of rules) {
    if (isAnswerFault(rule.fault) && rule.selects(call) && rule.strikes(call.random)) return rule.fault;
  }
  return undefined;
}

function isAnswerFault(fault: Fault): fault is AnswerFault {
  return ['failCall', 'loseAnswer', 'stall', 'storeLate', 'reset'].includes(fault.kind);
}

function refusalFor(
  rules: readonly FaultRule[],
  call: FaultedCall,
  access: 'write' | 'read',
  shardId: string,
): Refusal | 'throttled' | undefined {
  for (const rule of rules) {
    const { fault } = rule;
    if (!isRecordFault(fault) || !rule.selects(call) || !fallsOn(fault, access, shardId)) continue;
    if (
      fault.kind === 'throttleShard' &&
      call.now - rule.sinceMs >= (fault.forMs ?? Number.POSITIVE_INFINITY)
    )
      continue;
    if (rule.strikes(call.random)) return refusalOf(fault);
  }
  return undefined;
}

function isRecordFault(fault: Fault): fault is RecordFault {
  return fault.kind === 'throttleShard' || fault.kind === 'failRecord';
}

function fallsOn(fault: RecordFault, access: 'write' | 'read', shardId: string): boolean {
  const meant = fault.kind === 'throttleShard' ? (fault.access ?? 'write') : 'write';
  return meant === access && (fault.shardId ?? shardId) === shardId;
}

function refusalOf(fault: RecordFault): Refusal | 'throttled' {
  if (fault.kind === 'throttleShard') return 'throttled';
  return {
    code: fault.errorCode ?? 'InternalFailure',
    message: fault.errorText ?? 'Internal service failure.',
  };
}

/** The life of the first fault that strikes an iterator of this age: one that it has outlived. */
function iteratorLifeMs(
  rules: readonly FaultRule[],
  call: FaultedCall,
  shardId: string,
  ageMs: number,
): number {
  for (const rule of rules) {
    const { fault } = rule;
    if (fault.kind !== 'expireIterator' || !rule.selects(call)) continue;
    if ((fault.shardId ?? shardId) !== shardId || ageMs <= fault.lifeMs) continue;
    if (rule.strikes(call.random)) return fault.lifeMs;
  }
  return Number.POSITIVE_INFINITY;
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
