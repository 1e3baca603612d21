import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferBudget, type Reservation } from '../src/buffer-budget.js';

const bound = 100;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ reserve: fc.integer({ min: 0, max: bound }) }) },
  { weight: 1, arbitrary: fc.record({ spare: fc.integer({ min: 0, max: bound }) }) },
  { weight: 2, arbitrary: fc.record({ shrink: fc.nat(), to: fc.integer({ min: 0, max: bound }) }) },
  { weight: 3, arbitrary: fc.record({ release: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ abort: fc.nat() }) },
);
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never;

/** One that waits, as the model sees it. */
interface Waiting {
  readonly name: number;
  readonly bytes: number;
  readonly abort: AbortController;
}

/** A budget beside a plain list of what should be held and what should wait. */
class Play {
  readonly budget = new BufferBudget(bound);
  readonly order: number[] = [];
  readonly expectedOrder: number[] = [];
  readonly aborted: number[] = [];
  readonly expectedAborted: number[] = [];
  readonly held = new Map<number, Reservation>();
  readonly expectedHeld = new Map<number, number>();
  waiting: Waiting[] = [];
  #names = 0;

  run(one: Step): void {
    if ('reserve' in one) this.#reserve(one.reserve);
    else if ('spare' in one) this.#spare(one.spare);
    else if ('shrink' in one) this.#shrink(one.shrink, one.to);
    else if ('release' in one) this.#shrink(one.release, 0);
    else this.#abort(one.abort);
  }

  get used(): number {
    return [...this.expectedHeld.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #reserve(bytes: number): void {
    const name = this.#names++;
    const abort = new AbortController();
    this.waiting.push({ name, bytes, abort });
    this.#admit();
    void this.budget.reserve(bytes, abort.signal).then((reservation) => {
      if (!reservation) {
        this.aborted.push(name);
        return;
      }
      this.order.push(name);
      this.held.set(name, reservation);
    });
  }

  #spare(bytes: number): void {
    const fits = this.waiting.length === 0 && this.used + 2 * bytes <= bound;
    const reservation = this.budget.reserveSpare(bytes);
    expect(reservation !== undefined).toBe(fits);
    if (!reservation) return;
    const name = this.#names++;
    this.held.set(name, reservation);
    this.expectedHeld.set(name, bytes);
  }

  #shrink(choice: number, to: number): void {
    const name = [...this.held.keys()][choice % Math.max(1, this.held.size)];
    if (name === undefined) return;
    const before = this.expectedHeld.get(name) ?? 0;
    this.expectedHeld.set(name, Math.min(before, to));
    this.#admit();
    if (to === 0) this.held.get(name)?.release();
    else this.held.get(name)?.shrinkTo(to);
  }

  #abort(choice: number): void {
    const [gone] = this.waiting.splice(choice % Math.max(1, this.waiting.length), 1);
    if (!gone) return;
    this.expectedAborted.push(gone.name);
    this.#admit();
    gone.abort.abort();
  }

  #admit(): void {
    for (let next = this.waiting[0]; next && this.used + next.bytes <= bound; next = this.waiting[0]) {
      this.waiting.shift();
      this.expectedOrder.push(next.name);
      this.expectedHeld.set(next.name, next.bytes);
    }
  }
}

test('C7: never above the bound, in order, and nothing is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const play = new Play();
      for (const one of steps) {
        play.run(one);
        expect(play.budget.usedBytes).toBe(play.used);
        expect(play.budget.usedBytes).toBeLessThanOrEqual(bound);
        expect(play.budget.waiting).toBe(play.waiting.length > 0);
        await undefined;
        await undefined;
        expect(play.order).toEqual(play.expectedOrder);
        expect(play.aborted).toEqual(play.expectedAborted);
      }
      for (let left = play.held.size + play.waiting.length + 1; left > 0; left -= 1) {
        for (const reservation of play.held.values()) reservation.release();
        await undefined;
        await undefined;
      }
      expect([play.budget.usedBytes, play.budget.waiting]).toEqual([0, false]);
    }),
    { numRuns: 300 },
  );
});
