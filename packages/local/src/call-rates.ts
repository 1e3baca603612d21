import type { KinesisOperation } from './service-limits.js';
import { Tank } from './tank.js';

/** Counts calls against a rate per second for each operation that has one. */
export class CallRates {
  readonly #perSecond: Readonly<Partial<Record<KinesisOperation, number>>>;
  readonly #tanks = new Map<KinesisOperation, Tank>();

  constructor(perSecond: Readonly<Partial<Record<KinesisOperation, number>>>) {
    this.#perSecond = perSecond;
  }

  /** Whether a call of `operation` may be made at `now`; if so it is counted. */
  tryCall(operation: KinesisOperation, now: number): boolean {
    const perSecond = this.#perSecond[operation];
    if (perSecond === undefined) return true;
    let tank = this.#tanks.get(operation);
    if (!tank) {
      tank = new Tank(perSecond, perSecond, now);
      this.#tanks.set(operation, tank);
    }
    return tank.tryTake(1, now);
  }
}
