import { type Clock, ShardlineError } from '@shardline/core';
import { delay } from '@shardline/core/internal';
import type { LeaseStore } from '../../src/lease-store.js';

type Operation = keyof LeaseStore;

/** A call on its way to the store. */
export interface StoreCall {
  readonly operation: Operation;
  readonly args: readonly unknown[];
  /** Has the store carry it out, whatever became of the caller's signal. */
  readonly run: () => Promise<unknown>;
}

/** What becomes of a call. */
export type Fate = (call: StoreCall) => Promise<unknown>;

/** What a store rejects with that could not be asked. */
class StoreFault extends ShardlineError {
  override readonly code: string;

  constructor(code: string) {
    super(`The store failed: ${code}.`, { retryable: true });
    this.code = code;
  }
}

const neverAnswered = () => new Promise<never>(() => undefined);

/** The store throttles: nothing is carried out. */
export const throttled: Fate = async () => {
  throw new StoreFault('STORE_THROTTLED');
};

/** The call gets lost. */
export const swallowed: Fate = neverAnswered;

/** The call is carried out, its answer gets lost. */
export const unanswered: Fate = async ({ run }) => {
  await run();
  return neverAnswered();
};

/** The call is carried out, and answered with a broken connection. */
export const broken: Fate = async ({ run }) => {
  await run();
  throw new StoreFault('STORE_RESET');
};

/** Carried out at once, answered after `ms`. */
export function answeredLate(clock: Clock, ms: number): Fate {
  return async ({ run }) => {
    const answer = await run();
    await delay(clock, ms);
    return answer;
  };
}

/** Carried out after `ms`, and answered then. */
export function carriedOutLate(clock: Clock, ms: number): Fate {
  return async ({ run }) => {
    await delay(clock, ms);
    return run();
  };
}

/** The line between a worker and its store: notes every call, and does with it what the test says. */
export class StoreLine {
  /** What the worker uses for its store. */
  readonly store: LeaseStore;
  /** Operations in the order in which they were asked for. */
  readonly calls: Operation[] = [];
  /** Calls under way at once, at most. */
  mostAtOnce = 0;
  /** What becomes of calls that nothing else is said of. */
  otherwise: Fate = ({ run }) => run();
  readonly #scripts: { readonly operation: Operation; readonly fate: Fate }[] = [];
  #atOnce = 0;

  constructor(store: LeaseStore) {
    this.store = new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) => this.#carry(name as Operation, args, method.bind(target));
      },
    });
  }

  /** The next calls of an operation meet these fates, one each. */
  script(operation: Operation, ...fates: readonly Fate[]): void {
    this.#scripts.push(...fates.map((fate) => ({ operation, fate })));
  }

  async #carry(operation: Operation, args: unknown[], method: (...args: unknown[]) => Promise<unknown>) {
    this.calls.push(operation);
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    const at = this.#scripts.findIndex((script) => script.operation === operation);
    const [script] = at < 0 ? [] : this.#scripts.splice(at, 1);
    const unsigned = args.filter((arg) => !(arg instanceof AbortSignal));
    try {
      return await (script?.fate ?? this.otherwise)({ operation, args, run: () => method(...unsigned) });
    } finally {
      this.#atOnce -= 1;
    }
  }
}
