import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeGate, refused } from './support/gates.js';
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
  readonly gate = makeGate(limits).gate;
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

const arrival = fc.oneof(
  { weight: 2, arbitrary: fc.record({ put: size }) },
  { weight: 2, arbitrary: fc.record({ tryPut: size }) },
  { weight: 3, arbitrary: fc.record({ leave: fc.nat() }) },
);

/** Puts at a gate, and callers who wait for room and then come for it. */
class Turns {
  readonly gate = makeGate(limits).gate;
  readonly inside: number[] = [];
  /** Who lined up, and who had his turn. */
  readonly linedUp: number[] = [];
  readonly turns: number[] = [];

  put(name: number, bytes: number): void {
    if (this.#enterAtOnce(name, bytes)) return;
    const admit = () => {
      this.turns.push(name);
      this.inside.push(bytes);
    };
    this.gate.wait(
      { nextBytes: () => (this.turns.includes(name) ? undefined : bytes), admit, fail() {} },
      1,
      bytes,
      { mayAlways: true },
    );
  }

  tryPut(name: number, bytes: number): void {
    if (this.#enterAtOnce(name, bytes)) return;
    this.gate.room(refused(bytes), () => {
      this.turns.push(name);
      // A caller hears of it a little later.
      void Promise.resolve().then(() =>
        this.inside.push(this.gate.tryEnter(bytes, 'key', true) ? bytes : Number.NaN),
      );
    });
  }

  leave(choice: number): void {
    const [bytes] = this.inside.splice(choice % Math.max(1, this.inside.length), 1);
    if (bytes !== undefined) this.gate.leave(1, bytes);
  }

  /** Lets whoever was told come. */
  async settle(): Promise<void> {
    for (let tick = 0; tick < 4; tick += 1) await Promise.resolve();
    const bytes = this.inside.reduce((total, each) => total + each, 0);
    expect(this.gate).toMatchObject({ outstandingRecords: this.inside.length, outstandingBytes: bytes });
    expect(this.inside.length).toBeLessThanOrEqual(limits.maxRecords);
    expect(bytes).toBeLessThanOrEqual(limits.maxBytes);
  }

  #enterAtOnce(name: number, bytes: number): boolean {
    if (this.gate.tryEnter(bytes)) this.inside.push(bytes);
    else this.linedUp.push(name);
    return this.linedUp.at(-1) !== name;
  }
}

it('puts and those who wait for room have their turns in the order in which they lined up, and room is kept for each', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 60, size: 'max' }), async (arrivals) => {
      const play = new Turns();
      for (const [name, next] of arrivals.entries()) {
        if ('leave' in next) play.leave(next.leave);
        else if ('put' in next) play.put(name, next.put);
        else play.tryPut(name, next.tryPut);
        await play.settle();
      }
      while (play.inside.length > 0) {
        play.leave(0);
        await play.settle();
      }
      expect(play.turns).toEqual(play.linedUp);
    }),
    { numRuns: 200 },
  );
});
