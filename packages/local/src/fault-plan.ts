import { type CallFaults, drawCallFaults, type FaultedCall } from './call-faults.js';
import { checkFault } from './check-fault.js';
import type { Fault } from './fault.js';
import { FaultRule, type PlannedFault } from './fault-rule.js';

/** How often each kind of fault was injected. */
export type FaultCounts = Readonly<Record<Fault['kind'], number>>;

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
 * that concern the answer of a call (`failCall`, `loseAnswer`, `stall`, `storeLate`, `reset`) the first that applies wins,
 * and so it is with those that end a subscription (`stallSubscription`, `failSubscription`, `cutSubscription`).
 */
export class FaultPlan {
  #rules: readonly FaultRule[] = [];
  #lastId = 0;
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
    // What becomes of the caller's object afterwards was not checked.
    const kept = frozenCopy(fault);
    this.#lastId += 1;
    const rule = new FaultRule({
      id: this.#lastId,
      fault: kept,
      sinceMs: this.#now(),
      injected: () => {
        this.#counts[kept.kind] += 1;
      },
      remove: () => {
        this.#rules = this.#rules.filter((other) => other !== rule);
      },
    });
    this.#rules = [...this.#rules, rule];
    return rule.planned;
  }

  /** The faults that were added and not removed, in that order; those that are over included. */
  list(): readonly PlannedFault[] {
    return this.#rules.map(({ planned }) => planned);
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
    return drawCallFaults(() => this.#rules, call);
  }
}

/** Faults are plain data, a few levels deep. */
function frozenCopy<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, content]) => [name, frozenCopy(content)]);
  const copy = Array.isArray(value) ? value.map(frozenCopy) : Object.fromEntries(entries);
  return Object.freeze(copy) as Value;
}
