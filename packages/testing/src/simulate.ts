import process from 'node:process';
import type { Clock, Random } from '@shardline/core';
import { delay, seededRandom } from '@shardline/core/internal';
import { type ProcessHost, ProcessState, type SimulatedProcess } from './simulated-process.js';
import { SimulationError, type SimulationFailure } from './simulation-error.js';
import {
  type ResolvedSimulationOptions,
  resolveSimulationOptions,
  type SimulationOptions,
} from './simulation-options.js';
import { Trace, textDigest } from './trace.js';
import { eachTurn } from './turns.js';

/** What a scenario is played in. Its own clock and random source belong to no process: they never pause or die. */
export interface World {
  /** The seed that this is played with. */
  readonly seed: number;
  /** Virtual time: monotonic from 0, wall time from the start of 2026. */
  readonly clock: Clock;
  /** The scenario's own random source. */
  readonly random: Random;
  /** The process of that name; a new one the first time, and after a kill. */
  process(name: string): SimulatedProcess;
  /** Resolves after `ms` milliseconds of virtual time. */
  delay(ms: number): Promise<void>;
  /** Adds a line to the trace. */
  trace(text: string): void;
}

/** How a simulation went. */
export interface SimulationReport<Result> {
  /** What the scenario resolved with. */
  readonly value: Result;
  /** Timers that ran. */
  readonly steps: number;
  /** Virtual time that passed, in milliseconds. */
  readonly virtualMs: number;
  /** Digest of the order and time of every step: the same for the same seed, unless something outside took part. */
  readonly fingerprint: number;
}

/**
 * Plays `scenario` in virtual time, with chance drawn from a seed. Rejects with a {@link SimulationError} as soon as the
 * scenario, a task or a timer fails, a rejection goes unhandled, nothing is left to wait for, or a bound is passed.
 * Whatever still runs when the scenario ends is dropped.
 *
 * Everything inside must take its time and chance from the world or from a process of it. A loop of promise jobs that
 * never waits cannot be interrupted.
 */
export async function simulate<Result>(
  options: SimulationOptions,
  scenario: (world: World) => Promise<Result>,
): Promise<SimulationReport<Result>> {
  return new Simulation(options).run(scenario);
}

class Simulation {
  readonly #options: ResolvedSimulationOptions;
  readonly #trace: Trace;
  readonly #choice: Random;
  readonly #host: ProcessHost;
  readonly #world: ProcessState;
  #processes: ProcessState[] = [];
  #started = 0;
  /** Scratch space of a step: the first `#candidateCount` entries are those that may act next. */
  readonly #candidates: ProcessState[] = [];
  #candidateCount = 0;
  #elapsedMs = 0;
  #steps = 0;
  #fingerprint = 0;
  #failure: SimulationError | undefined;

  constructor(options: SimulationOptions) {
    this.#options = resolveSimulationOptions(options);
    this.#trace = new Trace(this.#options.traceLines, this.#options.onTrace);
    this.#choice = this.#randomFor('choice');
    this.#host = {
      elapsedMs: () => this.#elapsedMs,
      wake: (ms, run) => this.#world.clock.schedule(ms, run),
      fail: (reason, what, cause) => this.#fail(reason, what, cause),
      trace: (who, text) => this.#trace.add(this.#elapsedMs, who, text),
    };
    this.#world = this.#addProcess('world', 0);
  }

  async run<Result>(scenario: (world: World) => Promise<Result>): Promise<SimulationReport<Result>> {
    const onUnhandled = (error: unknown) =>
      this.#fail('unhandled-rejection', `nobody handles this rejection: ${error}`, error);
    process.on('unhandledRejection', onUnhandled);
    let outcome: { readonly value: Result } | undefined;
    const played = Promise.resolve(this.#worldView()).then(scenario);
    played.then(
      (value) => {
        outcome = { value };
      },
      (error) => this.#fail('scenario', String(error), error),
    );
    try {
      await eachTurn(() => !this.#failure && !outcome && this.#step());
    } finally {
      process.off('unhandledRejection', onUnhandled);
      for (const member of this.#processes) member.end();
    }
    if (!outcome || this.#failure) throw this.#failure;
    const fingerprint = (this.#fingerprint ^ this.#trace.digest) >>> 0;
    return { value: outcome.value, steps: this.#steps, virtualMs: this.#elapsedMs, fingerprint };
  }

  #worldView(): World {
    const { clock, random } = this.#world;
    return Object.freeze({
      seed: this.#options.seed,
      clock,
      random,
      process: (name: string) => this.#process(name),
      delay: (ms: number) => delay(clock, ms),
      trace: (text: string) => this.#world.trace(text),
    });
  }

  /** Lets the next event happen. False when none can. */
  #step(): boolean {
    const atMs = this.#gatherCandidates();
    const { maxVirtualMs, maxSteps } = this.#options;
    if (atMs === Number.POSITIVE_INFINITY) return this.#refuseDeadlock();
    if (atMs > maxVirtualMs) {
      return this.#fail(
        'max-virtual-time',
        `the scenario has not ended within ${maxVirtualMs} ms of virtual time`,
      );
    }
    if (this.#steps === maxSteps)
      return this.#fail('max-steps', `the scenario has not ended within ${maxSteps} steps`);
    const count = this.#candidateCount;
    const chosen = this.#candidates[count === 1 ? 0 : Math.floor(this.#choice.next() * count)];
    this.#elapsedMs = atMs;
    this.#steps += 1;
    this.#fingerprint = Math.imul(this.#fingerprint ^ (chosen?.ordinal ?? 0), 0x01000193) ^ (atMs * 1_024);
    try {
      chosen?.events.take()?.();
    } catch (error) {
      return this.#fail('timer', `a timer of process "${chosen?.name}" threw ${error}`, error);
    }
    return true;
  }

  /** Collects the processes whose next event is the earliest, and returns its time. */
  #gatherCandidates(): number {
    let earliestMs = Number.POSITIVE_INFINITY;
    this.#candidateCount = 0;
    for (const member of this.#processes) {
      const dueMs = member.paused ? undefined : member.events.nextDueMs;
      if (dueMs === undefined) continue;
      const atMs = Math.max(dueMs, this.#elapsedMs);
      if (atMs > earliestMs) continue;
      if (atMs < earliestMs) this.#candidateCount = 0;
      earliestMs = atMs;
      this.#candidates[this.#candidateCount] = member;
      this.#candidateCount += 1;
    }
    return earliestMs;
  }

  #process(name: string): SimulatedProcess {
    const known = this.#processes.find((member) => member.name === name && member !== this.#world);
    return known?.alive ? known : this.#addProcess(name);
  }

  #addProcess(name: string, monotonicOriginMs?: number): ProcessState {
    const random = this.#randomFor(`${name}/${this.#started}`);
    const tieRandom = this.#options.tiesWithinProcess === 'random' ? this.#choice : undefined;
    const added = new ProcessState({
      name,
      ordinal: this.#started,
      random,
      monotonicOriginMs: monotonicOriginMs ?? Math.floor(random.next() * 1_000_000),
      host: this.#host,
      tieRank: tieRandom && (() => tieRandom.next()),
    });
    this.#started += 1;
    this.#processes = [...this.#processes.filter((member) => member.alive), added];
    return added;
  }

  #randomFor(purpose: string): Random {
    return seededRandom(textDigest(purpose, this.#options.seed));
  }

  #refuseDeadlock(): false {
    const paused = this.#processes.filter((member) => member.paused).map((member) => member.name);
    const held = paused.length > 0 ? ` Paused: ${paused.join(', ')}.` : '';
    const what = `the scenario waits, but no timer is left that could wake anything.${held}`;
    return this.#fail('deadlock', what);
  }

  /** Notes the first failure; those after it are its consequences. */
  #fail(reason: SimulationFailure, what: string, cause?: unknown): false {
    this.#failure ??= new SimulationError({
      reason,
      what,
      seed: this.#options.seed,
      virtualMs: this.#elapsedMs,
      steps: this.#steps,
      trace: this.#trace.tail(),
      replayCommand: this.#options.replayCommand(this.#options.seed),
      ...(cause === undefined ? {} : { cause }),
    });
    return false;
  }
}
