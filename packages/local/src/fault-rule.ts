import type { Random } from '@shardline/core';
import type { Fault } from './fault.js';

/** A fault that was added to a plan. */
export interface PlannedFault {
  /** Its number in the plan: 1 for the first that was added, never given twice. */
  readonly id: number;
  /** As it was added. */
  readonly fault: Fault;
  /** How often it was injected so far. */
  readonly injected: number;
  /** Ends it. */
  remove(): void;
}

/** What a fault may fall on. */
export interface FaultTarget {
  readonly operation: string;
  readonly stream: string | undefined;
}

/** What a {@link FaultRule} is made from. */
export interface FaultRuleFacts {
  readonly id: number;
  readonly fault: Fault;
  readonly sinceMs: number;
  /** Called whenever it is injected. */
  readonly injected: () => void;
  readonly remove: () => void;
}

/** One fault of a plan: what it falls on, when it is due, and how often it was injected. */
export class FaultRule {
  readonly fault: Fault;
  /** What those see of it who added it. */
  readonly planned: PlannedFault;
  /** When it was added, or when the plan came into use, if that was later. */
  sinceMs: number;
  readonly #whenInjected: () => void;
  #injected = 0;
  /** How many it could have fallen on. */
  #seen = 0;

  constructor(facts: FaultRuleFacts) {
    const { id, fault, remove } = facts;
    const injected = () => this.#injected;
    this.fault = fault;
    this.planned = Object.freeze({
      id,
      fault,
      get injected() {
        return injected();
      },
      remove,
    });
    this.sinceMs = facts.sinceMs;
    this.#whenInjected = facts.injected;
  }

  /** Whether it falls on this stream and operation at all. The target's stream, which may have to be looked for, is asked for last. */
  selects(target: FaultTarget): boolean {
    return (
      this.#selectsOperation(target) &&
      (this.fault.stream === undefined || this.fault.stream === target.stream)
    );
  }

  #selectsOperation({ operation }: FaultTarget): boolean {
    const { fault } = this;
    if (!('operation' in fault) || fault.operation === undefined) return true;
    return typeof fault.operation === 'string'
      ? fault.operation === operation
      : (fault.operation as readonly string[]).includes(operation);
  }

  /** Whether it is to be injected into this one of those that it falls on; each is asked about once. */
  isDue(random: Random): boolean {
    const { fault } = this;
    const times = fault.times ?? (fault.kind === 'reshard' ? 1 : Number.POSITIVE_INFINITY);
    if (this.#injected >= times) return false;
    this.#seen += 1;
    if (this.#seen <= (fault.skip ?? 0)) return false;
    return fault.probability === undefined || random.next() < fault.probability;
  }

  /** It was injected. */
  count(): void {
    this.#injected += 1;
    this.#whenInjected();
  }

  /** As {@link isDue}, for a fault that is injected whenever it is due. */
  strikes(random: Random): boolean {
    if (!this.isDue(random)) return false;
    this.count();
    return true;
  }
}
