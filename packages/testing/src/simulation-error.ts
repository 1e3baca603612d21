import { ShardlineError } from '@shardline/core';

/**
 * Why a simulation failed: the scenario rejected; the task of a process rejected; a timer's callback threw; a rejection
 * that nobody handles; nothing left to wait for while the scenario still waits; more steps or more virtual time than
 * allowed; the same seed gave two different courses.
 */
export type SimulationFailure =
  | 'scenario'
  | 'task'
  | 'timer'
  | 'unhandled-rejection'
  | 'deadlock'
  | 'max-steps'
  | 'max-virtual-time'
  | 'not-deterministic';

/** What a {@link SimulationError} is built from. */
export interface SimulationFacts {
  /** Why it failed. */
  readonly reason: SimulationFailure;
  /** What happened, in words. */
  readonly what: string;
  /** Seed of the simulation. */
  readonly seed: number;
  /** Virtual time that had passed, in milliseconds. */
  readonly virtualMs: number;
  /** Timers that had run. */
  readonly steps: number;
  /** Last lines of the trace, oldest first. */
  readonly trace: readonly string[];
  /** The command that runs this seed again. */
  readonly replayCommand: string;
  /** What was thrown, if anything was. */
  readonly cause?: unknown;
}

/** A simulation failed. The message carries what is needed to see the same failure again, and the trace's tail. */
export class SimulationError extends ShardlineError {
  /** Stable identifier of the failure. */
  override readonly code = 'SIMULATION_FAILED';
  /** Why it failed. */
  readonly reason: SimulationFailure;
  /** Seed with which the failure comes back. */
  readonly seed: number;
  /** Virtual time that had passed, in milliseconds. */
  readonly virtualMs: number;
  /** Timers that had run. */
  readonly steps: number;
  /** Last lines of the trace, oldest first. */
  readonly trace: readonly string[];
  /** The command that runs this seed again, with its whole trace. */
  readonly replayCommand: string;

  constructor(facts: SimulationFacts) {
    super(describe(facts), { retryable: false, ...('cause' in facts ? { cause: facts.cause } : {}) });
    this.reason = facts.reason;
    this.seed = facts.seed;
    this.virtualMs = facts.virtualMs;
    this.steps = facts.steps;
    this.trace = facts.trace;
    this.replayCommand = facts.replayCommand;
  }
}

function describe(facts: SimulationFacts): string {
  const { what, seed, virtualMs, steps, trace, replayCommand } = facts;
  const tail = trace.length === 0 ? '  (the scenario traced nothing)' : trace.join('\n');
  return [
    `Simulation with seed ${seed} failed after ${virtualMs} ms of virtual time and ${steps} steps: ${what}`,
    `Replay: ${replayCommand}`,
    'Trace, newest last:',
    tail,
  ].join('\n');
}
