import type { Clock, Random, ScheduleOptions, Timer } from '@shardline/core';
import { virtualEpochMs } from './manual-clock.js';
import { TimerQueue } from './timer-queue.js';

/**
 * One process of a simulated system: whatever is built on its clock and random source lives and dies with it.
 *
 * What reaches it from outside (its timers, and the results of calls made through {@link SimulatedProcess.remote})
 * arrives one event at a time. A paused process gets its events when it resumes, a killed one never. Code that is
 * running when its process is paused or killed runs on to its next wait.
 */
export interface SimulatedProcess {
  /** The name given to `world.process`. */
  readonly name: string;
  /**
   * The process's own clock. Wall time is off by {@link SimulatedProcess.skewMs}; monotonic time starts anywhere, as on
   * different machines.
   */
  readonly clock: Clock;
  /** The process's own random source, drawn from the seed and the name. */
  readonly random: Random;
  /** False once killed. */
  readonly alive: boolean;
  /** True between `pause` and `resume`. */
  readonly paused: boolean;
  /**
   * Aborted by {@link SimulatedProcess.kill}, as the operating system closes the connections of a dead process. Give it to
   * calls that take a signal, such as `LocalKinesis.call`: a fault that waits for the caller to give up, as `storeLate`
   * does, then happens to a call that is under way at the kill.
   */
  readonly signal: AbortSignal;
  /** How far the process's wall clock is ahead of the world's, in milliseconds. May be changed at any time. */
  skewMs: number;
  /**
   * Starts `task` as an event of the process. Resolves with its result, never if the process is killed before. A task
   * that rejects fails the simulation: catch what is expected inside it.
   */
  spawn<Result>(task: () => Promise<Result> | Result): Promise<Result>;
  /**
   * `call` as seen from this process: its result arrives as an event of the process. Give a process everything that
   * lives outside it (a service, another process, the scenario's state) through this.
   */
  remote<Args extends readonly unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result>;
  /** Holds all events back, for `ms` milliseconds or until {@link SimulatedProcess.resume}. */
  pause(ms?: number): void;
  /** Lets held events through, oldest first. */
  resume(): void;
  /** Ends the process at once, as SIGKILL would: no event reaches it any more, and its connections end. */
  kill(): void;
  /** Adds a line to the trace under the process's name. */
  trace(text: string): void;
}

/** What a process needs from the simulation it is part of. */
export interface ProcessHost {
  /** Virtual time that has passed, in milliseconds. */
  elapsedMs(): number;
  /** Calls `run` in `ms` milliseconds, whatever becomes of the process. */
  wake(ms: number, run: () => void): Timer;
  fail(reason: 'task', what: string, cause: unknown): void;
  trace(who: string, text: string): void;
}

/** What a {@link ProcessState} is built from. */
export interface ProcessParts {
  readonly name: string;
  /** Which process of the simulation it is, counted from 0 in the order of their start. */
  readonly ordinal: number;
  readonly random: Random;
  /** What the process's monotonic clock shows when no virtual time has passed, in milliseconds. */
  readonly monotonicOriginMs: number;
  readonly host: ProcessHost;
  /** Decides among timers of the process that are due together; absent: the first set is first. */
  readonly tieRank?: (() => number) | undefined;
}

const inertTimer: Timer = Object.freeze({ cancel: () => {} });

/** The state machine behind {@link SimulatedProcess}: running ⇄ paused, either → killed. */
export class ProcessState implements SimulatedProcess {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly ordinal: number;
  readonly events: TimerQueue;
  skewMs = 0;
  readonly #connections = new AbortController();
  readonly #host: ProcessHost;
  #state: 'running' | 'paused' | 'killed' = 'running';
  #wakeUp: Timer | undefined;

  constructor(parts: ProcessParts) {
    this.name = parts.name;
    this.ordinal = parts.ordinal;
    this.random = parts.random;
    this.events = new TimerQueue(parts.tieRank);
    this.#host = parts.host;
    this.clock = Object.freeze({
      now: () => virtualEpochMs + parts.host.elapsedMs() + this.skewMs,
      monotonic: () => parts.monotonicOriginMs + parts.host.elapsedMs(),
      schedule: (delayMs: number, run: () => void, settings?: ScheduleOptions) =>
        this.#schedule(delayMs, run, settings),
    });
  }

  get alive(): boolean {
    return this.#state !== 'killed';
  }

  get paused(): boolean {
    return this.#state === 'paused';
  }

  get signal(): AbortSignal {
    return this.#connections.signal;
  }

  spawn<Result>(task: () => Promise<Result> | Result): Promise<Result> {
    return new Promise((resolve) => {
      const failed = (error: unknown) => {
        if (this.alive) this.#host.fail('task', `a task of process "${this.name}" rejected: ${error}`, error);
      };
      const succeeded = (value: Result) => {
        if (this.alive) resolve(value);
      };
      this.#schedule(0, () => void Promise.resolve().then(task).then(succeeded, failed));
    });
  }

  remote<Args extends readonly unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return (...args) =>
      new Promise((resolve, reject) => {
        const issue = () => {
          call(...args).then(
            (value) => this.#schedule(0, () => resolve(value)),
            (error) => this.#schedule(0, () => reject(error)),
          );
        };
        if (this.paused) this.#schedule(0, issue);
        else if (this.alive) issue();
      });
  }

  pause(ms?: number): void {
    if (!this.alive) return;
    this.#wakeUp?.cancel();
    this.#state = 'paused';
    this.trace(ms === undefined ? 'paused' : `paused for ${ms} ms`);
    this.#wakeUp = ms === undefined ? undefined : this.#host.wake(ms, () => this.resume());
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#wakeUp?.cancel();
    this.#state = 'running';
    this.trace('resumed');
  }

  kill(): void {
    if (!this.alive) return;
    this.end();
    this.trace('killed');
    this.#connections.abort();
  }

  /** {@link ProcessState.kill} without a line in the trace, and with connections left open: the simulation is over. */
  end(): void {
    this.#wakeUp?.cancel();
    this.#state = 'killed';
    this.events.clear();
  }

  trace(text: string): void {
    this.#host.trace(this.name, text);
  }

  #schedule(delayMs: number, run: () => void, settings?: ScheduleOptions): Timer {
    if (!this.alive) return inertTimer;
    return this.events.add(this.#host.elapsedMs(), delayMs, run, settings);
  }
}
