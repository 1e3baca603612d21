import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Gate } from '../src/gate.js';
import { WaitingCall } from './support/waiting-call.js';

const limits = { maxRecords: 5, maxBytes: 60, maxWaiting: 8 };
const size = fc.integer({ min: 1, max: 40 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ enter: fc.array(size, { minLength: 1, maxLength: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ leave: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ abort: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant({ fail: true as const }) },
);

/** A call as the model sees it. */
interface Expected {
  readonly name: number;
  readonly sizes: number[];
  readonly call: WaitingCall;
}

/** A gate beside a plain queue of what should be in and what should wait. */
class Play {
  readonly gate = new Gate(limits, { onFull() {}, shrink() {}, reclaim() {}, setAsideBytes: () => 0 });
  /** Sizes of the records that are in, and the order in which they were let in. */
  readonly inside: number[] = [];
  readonly order: string[] = [];
  readonly expectedOrder: string[] = [];
  #waiting: Expected[] = [];
  #names = 0;

  enter(sizes: readonly number[]): void {
    const name = this.#names++;
    const left = [...sizes];
    for (let next = left[0]; next !== undefined && this.#waiting.length === 0 && this.#fits(next); ) {
      expect(this.gate.tryEnter(next)).toBe(true);
      this.order.push(`${name}:${next}`);
      this.#admit(name, left);
      next = left[0];
    }
    const [next] = left;
    if (next === undefined) return;
    expect(this.gate.tryEnter(next)).toBe(false);
    const call = new WaitingCall(this.gate, left);
    call.onAdmit = () => void this.order.push(`${name}:${call.admitted.at(-1)}`);
    const waits = this.#waiting.flatMap((other) => other.sizes);
    const bytes = waits.reduce((sum, each) => sum + each, 0);
    if (waits.length >= limits.maxWaiting || bytes >= limits.maxBytes) {
      expect(() => call.wait()).toThrow(expect.objectContaining({ code: 'BUFFER_FULL' }));
      return;
    }
    call.wait();
    this.#waiting.push({ name, sizes: left, call });
  }

  leave(choice: number): void {
    const [bytes] = this.inside.splice(choice % Math.max(1, this.inside.length), 1);
    if (bytes === undefined) return;
    this.#admitWaiting();
    this.gate.leave(1, bytes);
  }

  abort(choice: number): void {
    const [aborted] = this.#waiting.splice(choice % Math.max(1, this.#waiting.length), 1);
    if (!aborted) return;
    this.#admitWaiting();
    aborted.call.leave();
    expect(aborted.call.sizes).toEqual(aborted.sizes);
  }

  fail(): void {
    this.gate.failWaiting(() => new Error('closed'));
    for (const { call } of this.#waiting) expect(call.failure).toBeDefined();
    this.#waiting = [];
  }

  check(): void {
    const bytes = this.inside.reduce((sum, each) => sum + each, 0);
    expect(this.order).toEqual(this.expectedOrder);
    expect(this.gate).toMatchObject({
      outstandingRecords: this.inside.length,
      outstandingBytes: bytes,
      waitingPuts: this.#waiting.flatMap(({ sizes }) => sizes).length,
      isContended: this.#waiting.length > 0,
    });
    expect(this.inside.length).toBeLessThanOrEqual(limits.maxRecords);
    expect(bytes).toBeLessThanOrEqual(limits.maxBytes);
  }

  #fits(bytes: number): boolean {
    const held = this.inside.reduce((sum, each) => sum + each, 0);
    return this.inside.length < limits.maxRecords && held + bytes <= limits.maxBytes;
  }

  #admit(name: number, sizes: number[]): void {
    const bytes = sizes.shift() ?? -1;
    this.inside.push(bytes);
    this.expectedOrder.push(`${name}:${bytes}`);
  }

  #admitWaiting(): void {
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      const [next] = first.sizes;
      if (next === undefined) this.#waiting.shift();
      else if (this.#fits(next)) this.#admit(first.name, first.sizes);
      else return;
    }
  }
}

it('a Gate is first in, first out and keeps its bounds over random calls, leaves, aborts and failures', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const play = new Play();
      for (const next of steps) {
        if ('enter' in next) play.enter(next.enter);
        else if ('leave' in next) play.leave(next.leave);
        else if ('abort' in next) play.abort(next.abort);
        else play.fail();
        play.check();
      }
    }),
    { numRuns: 500 },
  );
});
