import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Epoch, Epochs } from '../src/epochs.js';

/** Whether a promise is resolved by now. */
function watch(promise: Promise<void>): { done: boolean } {
  const seen = { done: false };
  void promise.then(() => {
    seen.done = true;
  });
  return seen;
}

describe('Epochs', () => {
  it('resolves at once when nothing was accepted', async () => {
    await expect(new Epochs().end()).resolves.toBeUndefined();
  });

  it('waits for what was accepted before, and for nothing that comes later (P6)', async () => {
    const epochs = new Epochs();
    const before = epochs.current;
    before.outstanding += 2;
    const flush = watch(epochs.end());
    epochs.current.outstanding += 1;
    expect(epochs.current).not.toBe(before);
    epochs.settle(before, 1);
    await Promise.resolve();
    expect(flush.done).toBe(false);
    epochs.settle(before, 1);
    await Promise.resolve();
    expect(flush.done).toBe(true);
  });

  it('waits for earlier epochs too', async () => {
    const epochs = new Epochs();
    const first = epochs.current;
    first.outstanding += 1;
    void epochs.end();
    const second = epochs.current;
    second.outstanding += 1;
    const flush = watch(epochs.end());
    epochs.settle(second, 1);
    await Promise.resolve();
    expect(flush.done).toBe(false);
    epochs.settle(first, 1);
    await Promise.resolve();
    expect(flush.done).toBe(true);
  });

  it('does not wait for an epoch that was settled before it ended', async () => {
    const epochs = new Epochs();
    epochs.current.outstanding += 1;
    epochs.settle(epochs.current, 1);
    const flush = watch(epochs.end());
    await Promise.resolve();
    expect(flush.done).toBe(true);
  });

  it('resolves a flush exactly when everything accepted before it is settled, in any order', async () => {
    const step = fc.oneof(fc.constant('accept' as const), fc.constant('flush' as const), fc.nat());
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const play = new Play();
        for (const next of steps) {
          play.take(next);
          await Promise.resolve();
          expect(play.resolved).toEqual(play.expected);
        }
      }),
    );
  });
});

/** Epochs beside a plain list of what is not settled. */
class Play {
  readonly #epochs = new Epochs();
  readonly #flushes: { at: number; seen: { done: boolean } }[] = [];
  readonly #outstanding: { epoch: Epoch; at: number }[] = [];
  #steps = 0;

  get resolved(): readonly boolean[] {
    return this.#flushes.map(({ seen }) => seen.done);
  }

  get expected(): readonly boolean[] {
    return this.#flushes.map((flush) => this.#outstanding.every(({ at }) => at > flush.at));
  }

  /** Accepts a record, flushes, or settles the record at a place. */
  take(step: 'accept' | 'flush' | number): void {
    const at = this.#steps++;
    if (step === 'flush') this.#flushes.push({ at, seen: watch(this.#epochs.end()) });
    else if (step === 'accept') {
      const epoch = this.#epochs.current;
      epoch.outstanding += 1;
      this.#outstanding.push({ epoch, at });
    } else {
      const [settled] = this.#outstanding.splice(step % Math.max(1, this.#outstanding.length), 1);
      if (settled) this.#epochs.settle(settled.epoch, 1);
    }
  }
}
