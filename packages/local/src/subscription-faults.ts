import type { Random } from '@shardline/core';
import type { Fault } from './fault.js';
import type { FaultRule, FaultTarget } from './fault-rule.js';
import type { SubscriptionFaultEnd, SubscriptionFaults } from './operation.js';

/** A subscription without faults. */
export const unharmedSubscription: SubscriptionFaults = Object.freeze({ delayMs: () => 0, end: undefined });

/** What a subscription reads, and for whom. */
export interface SubscriptionPlace {
  readonly shardId: string;
  /** Name of the consumer. */
  readonly consumer: string;
}

type SubscriptionFault = Extract<
  Fault,
  { kind: 'slowSubscription' | 'stallSubscription' | 'failSubscription' | 'cutSubscription' }
>;

/**
 * Draws the faults of a subscription that begins: every `slowSubscription` that applies, and the first that applies of those
 * that end it. Each counts once. A fault that is removed from the plan later lets the subscription go on unharmed from
 * there, unless it has ended it.
 */
export function drawSubscriptionFaults(
  rules: () => readonly FaultRule[],
  target: FaultTarget,
  place: SubscriptionPlace,
  random: Random,
): SubscriptionFaults {
  const drawn = strike(rules(), target, place, random);
  if (drawn.length === 0) return unharmedSubscription;
  const inForce = () => {
    const present = rules();
    return drawn.filter((rule) => present.includes(rule)).map(({ fault }) => fault);
  };
  return {
    delayMs: () => inForce().reduce((sum, fault) => sum + delayOf(fault, random), 0),
    get end() {
      return inForce().flatMap(endOf)[0];
    },
  };
}

function strike(
  rules: readonly FaultRule[],
  target: FaultTarget,
  place: SubscriptionPlace,
  random: Random,
): readonly FaultRule[] {
  let ended = false;
  return rules.filter((rule) => {
    const { fault } = rule;
    if (!isSubscriptionFault(fault) || !rule.selects(target) || !fallsOn(fault, place)) return false;
    const ends = fault.kind !== 'slowSubscription';
    // One that another forestalls is not used up.
    if ((ends && ended) || !rule.strikes(random)) return false;
    ended ||= ends;
    return true;
  });
}

function isSubscriptionFault(fault: Fault): fault is SubscriptionFault {
  return ['slowSubscription', 'stallSubscription', 'failSubscription', 'cutSubscription'].includes(
    fault.kind,
  );
}

function fallsOn(fault: SubscriptionFault, { shardId, consumer }: SubscriptionPlace): boolean {
  return (fault.shardId ?? shardId) === shardId && (fault.consumer ?? consumer) === consumer;
}

function delayOf(fault: Fault, random: Random): number {
  if (fault.kind !== 'slowSubscription') return 0;
  return fault.delayMs + (fault.jitterMs === undefined ? 0 : random.next() * fault.jitterMs);
}

function endOf(fault: Fault): readonly SubscriptionFaultEnd[] {
  switch (fault.kind) {
    case 'stallSubscription':
      return [{ afterEvents: fault.afterEvents ?? 0, what: 'stall' }];
    case 'cutSubscription':
      return [{ afterEvents: fault.afterEvents ?? 0, what: { cut: fault.how } }];
    case 'failSubscription': {
      const message = fault.errorText ?? `${fault.errorCode}, injected.`;
      return [{ afterEvents: fault.afterEvents ?? 0, what: { refusal: { code: fault.errorCode, message } } }];
    }
    default:
      return [];
  }
}
