import type { Clock, Timer } from '@shardline/core';
import PQueue from 'p-queue';
import { type CollectRules, collect, type RequestPart, untilReadyMs } from './collector.js';
import type { SealReason } from './events.js';
import type { Lane } from './lane.js';

/** What a {@link Dispatcher} needs from outside. */
export interface DispatcherParts {
  readonly clock: Clock;
  readonly rules: CollectRules;
  readonly lingerMs: number;
  readonly maxInFlightRequests: number;
  /** The lanes of the newest map. */
  readonly lanes: () => readonly Lane[];
  /** Ends what has expired in a lane: no attempt is to begin with it. */
  readonly expire: (lane: Lane, nowMs: number) => void;
  /** Sends one request and settles its entries. Never rejects. */
  readonly send: (parts: readonly RequestPart[]) => Promise<void>;
}

/** Decides when requests go: owns the one linger timer of the stream, the wake-up timer, and the requests in flight. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #requests: PQueue;
  readonly #due = new Set<Lane>();
  #linger: Timer | undefined;
  #wakeUp: Timer | undefined;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #pumpQueued = false;
  #lastSentMs = Number.NEGATIVE_INFINITY;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#requests = new PQueue({ concurrency: parts.maxInFlightRequests });
    this.#requests.on('next', () => this.#pumpSoon());
  }

  /** Requests that were sent and are not answered. */
  get inFlight(): number {
    return this.#requests.pending;
  }

  /** `lane` was given a record: it is due at once when full, else when the linger of the stream ends. */
  added(lane: Lane): void {
    this.ready(lane);
    if (lane.isLingering)
      this.#linger ??= this.#parts.clock.schedule(this.#parts.lingerMs, () => this.#lingerEnds());
  }

  /** `lane` may have something to send now. */
  ready(lane: Lane): void {
    if (!lane.isDue) return;
    lane.dueSinceMs ??= this.#parts.clock.monotonic();
    this.#due.add(lane);
    this.#pumpSoon();
  }

  /** Everything that lingers goes as soon as its lane may send. */
  hurry(reason: SealReason, lanes: readonly Lane[] = this.#parts.lanes()): void {
    for (const lane of lanes) {
      lane.makeDue(reason);
      this.ready(lane);
    }
  }

  /** Nothing is outstanding, or everything was given up: a timer would only keep the process alive. */
  cancel(): void {
    this.#linger?.cancel();
    this.#linger = undefined;
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
  }

  #lingerEnds(): void {
    this.#linger = undefined;
    this.hurry('linger');
  }

  /** Puts of one turn share a request. */
  #pumpSoon(): void {
    if (this.#pumpQueued) return;
    this.#pumpQueued = true;
    queueMicrotask(() => {
      this.#pumpQueued = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#requests.pending < this.#parts.maxInFlightRequests) {
      const nowMs = this.#parts.clock.monotonic();
      this.#tidy(nowMs);
      const quietSinceMs = this.#requests.pending === 0 ? this.#lastSentMs : Number.POSITIVE_INFINITY;
      const { parts, wakeAtMs } = collect(this.#due, nowMs, this.#parts.rules, quietSinceMs);
      if (parts.length === 0) {
        this.#wakeAt(wakeAtMs, nowMs);
        return;
      }
      this.#lastSentMs = nowMs;
      for (const { lane } of parts) this.#served(lane, nowMs);
      void this.#requests.add(() => this.#parts.send(parts));
    }
  }

  /**
   * Ends what has expired, only where something may go now: aggregates are cut for it, and what has to wait is looked through once in
   * a while. Lanes that were emptied by it or by a newer map are kept no longer (P2).
   */
  #tidy(nowMs: number): void {
    for (const lane of this.#due) {
      if (untilReadyMs(lane, nowMs) <= 0) this.#parts.expire(lane, nowMs);
      if (lane.isDue) continue;
      this.#due.delete(lane);
      lane.dueSinceMs = undefined;
    }
  }

  /** Goes to the end of the line. */
  #served(lane: Lane, nowMs: number): void {
    lane.inFlight += 1;
    lane.urgent &&= lane.isDue;
    this.#due.delete(lane);
    lane.dueSinceMs = undefined;
    if (!lane.isDue) return;
    lane.dueSinceMs = nowMs;
    this.#due.add(lane);
  }

  #wakeAt(atMs: number, nowMs: number): void {
    if (atMs >= this.#wakeAtMs) return;
    this.#wakeUp?.cancel();
    this.#wakeUp = undefined;
    this.#wakeAtMs = atMs;
    this.#wakeUp = this.#parts.clock.schedule(Math.ceil(atMs - nowMs), () => {
      this.#wakeAtMs = Number.POSITIVE_INFINITY;
      this.#pump();
    });
  }
}
