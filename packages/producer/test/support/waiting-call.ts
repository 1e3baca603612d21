import type { Gate } from '../../src/gate.js';
import type { Waiter } from '../../src/waiting-line.js';

/** A call that waits at a gate with records of known sizes, and what came of it. */
export class WaitingCall implements Waiter {
  /** What is not yet in; a test may change it as the call may. */
  readonly sizes: number[];
  readonly admitted: number[] = [];
  failure: Error | undefined;
  /** Does something while a record is being let in. */
  onAdmit: () => void = () => {};
  /** Takes it out of the line. */
  leave: () => void = () => {};
  readonly #gate: Gate;

  constructor(gate: Gate, sizes: readonly number[]) {
    this.#gate = gate;
    this.sizes = [...sizes];
  }

  /** Lines up; throws what the gate throws. */
  wait(): this {
    const bytes = this.sizes.filter(Number.isFinite).reduce((sum, size) => sum + size, 0);
    this.leave = this.#gate.wait(this, this.sizes.length, bytes);
    return this;
  }

  nextBytes(): number | undefined {
    return this.sizes[0];
  }

  admit(): void {
    this.admitted.push(this.sizes.shift() ?? -1);
    this.onAdmit();
  }

  fail(error: Error): void {
    this.failure = error;
  }
}
