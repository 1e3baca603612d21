import { InvalidOptionError, type ScheduleOptions, type Timer } from '@shardline/core';

interface PendingTimer {
  readonly dueMs: number;
  /** Decides among timers due at the same time: lower first, then the one added first. */
  readonly rank: number;
  readonly sequence: number;
  readonly keepAlive: boolean;
  /** Absent once the timer has run or was cancelled. */
  run: (() => void) | undefined;
}

const smallestHeapToCompact = 64;

/** Timers in the order in which they are due: a binary heap whose cancelled entries are swept when they are many. */
export class TimerQueue {
  readonly #rank: () => number;
  #heap: PendingTimer[] = [];
  #sequence = 0;
  #size = 0;
  #keepAliveSize = 0;

  /** `rank` is drawn once for each timer and orders those due at the same time; without it the first added is first. */
  constructor(rank: () => number = () => 0) {
    this.#rank = rank;
  }

  /** Timers that will still run. */
  get size(): number {
    return this.#size;
  }

  /** Those among them that would keep a process alive. */
  get keepAliveSize(): number {
    return this.#keepAliveSize;
  }

  /** When the next timer is due, or `undefined` if there is none. */
  get nextDueMs(): number | undefined {
    while (this.#heap.length > 0 && !this.#heap[0]?.run) this.#removeFirst();
    return this.#heap[0]?.dueMs;
  }

  /** Adds a timer due `delayMs` after `nowMs`. */
  add(nowMs: number, delayMs: number, run: () => void, options?: ScheduleOptions): Timer {
    if (typeof delayMs !== 'number' || Number.isNaN(delayMs)) {
      const expected = 'a number of milliseconds';
      throw new InvalidOptionError({
        owner: 'Clock.schedule',
        option: 'delayMs',
        received: delayMs,
        expected,
      });
    }
    const keepAlive = options?.keepAlive !== false;
    this.#sequence += 1;
    const dueMs = nowMs + Math.max(0, delayMs);
    const timer: PendingTimer = { dueMs, rank: this.#rank(), sequence: this.#sequence, keepAlive, run };
    this.#size += 1;
    if (keepAlive) this.#keepAliveSize += 1;
    this.#insert(timer);
    return { cancel: () => this.#cancel(timer) };
  }

  /** Removes the next timer and returns what it runs. */
  take(): (() => void) | undefined {
    if (this.nextDueMs === undefined) return undefined;
    const timer = this.#removeFirst();
    const run = timer?.run;
    if (timer) this.#forget(timer);
    return run;
  }

  /** Forgets all timers. */
  clear(): void {
    for (const timer of this.#heap) timer.run = undefined;
    this.#heap = [];
    this.#size = 0;
    this.#keepAliveSize = 0;
  }

  #cancel(timer: PendingTimer): void {
    if (!timer.run) return;
    this.#forget(timer);
    if (this.#heap.length < smallestHeapToCompact || this.#heap.length < 2 * this.#size) return;
    const live = this.#heap.filter((candidate) => candidate.run);
    this.#heap = [];
    for (const candidate of live) this.#insert(candidate);
  }

  #forget(timer: PendingTimer): void {
    timer.run = undefined;
    this.#size -= 1;
    if (timer.keepAlive) this.#keepAliveSize -= 1;
  }

  #insert(timer: PendingTimer): void {
    const heap = this.#heap;
    let index = heap.push(timer) - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || !runsBefore(timer, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = timer;
  }

  #removeFirst(): PendingTimer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!last || last === first) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const childIndex = runsBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      const child = heap[childIndex];
      if (!child || !runsBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return first;
  }
}

function runsBefore(a: PendingTimer | undefined, b: PendingTimer | undefined): boolean {
  if (!a || !b) return a !== undefined;
  if (a.dueMs !== b.dueMs) return a.dueMs < b.dueMs;
  return a.rank !== b.rank ? a.rank < b.rank : a.sequence < b.sequence;
}
