import process from 'node:process';
import { InvalidOptionError } from '@shardline/core';
import { type SimulationReport, simulate, type World } from './simulate.js';
import { SimulationError } from './simulation-error.js';
import { replayCommandOf, type SimulationOptions } from './simulation-options.js';

/** Options of {@link simulateSchedules}: those of `simulate`, with a range of seeds in place of one. */
export interface SchedulesOptions extends Omit<SimulationOptions, 'seed'> {
  /**
   * First seed; the others follow it.
   * @defaultValue 1
   */
  readonly firstSeed?: number;
  /** How many seeds to run, 1 or more. */
  readonly schedules: number;
  /**
   * Where `SIMULATION_SEED` (runs this seed alone and prints its whole trace) and `SIMULATION_SCHEDULES` (how many
   * seeds to run) are looked up: a test gives `process.env`.
   * @defaultValue nowhere
   */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What a run of many seeds came to. */
export interface SchedulesReport {
  /** Seeds that were run, all of them without failure. */
  readonly schedules: number;
  /** Timers that ran, over all seeds. */
  readonly steps: number;
  /** Virtual time that passed, over all seeds, in milliseconds. */
  readonly virtualMs: number;
}

/**
 * Plays `scenario` once for each of a range of seeds and rejects at the first that fails. The first seed is played
 * twice: a different course of events the second time means that something inside does not take its time or chance
 * from the world, and that no failure could be replayed.
 */
export async function simulateSchedules(
  options: SchedulesOptions,
  scenario: (world: World) => Promise<unknown>,
): Promise<SchedulesReport> {
  const { firstSeed = 1, schedules: asked, environment = {}, ...shared } = options;
  const replayed = wholeNumber('SIMULATION_SEED', environment.SIMULATION_SEED, 0);
  if (replayed !== undefined) {
    const { steps, virtualMs } = await simulate({ onTrace: printLine, ...shared, seed: replayed }, scenario);
    return { schedules: 1, steps, virtualMs };
  }
  const schedules =
    wholeNumber('SIMULATION_SCHEDULES', environment.SIMULATION_SCHEDULES, 1) ??
    wholeNumber('schedules', asked, 1) ??
    1;
  let { steps, virtualMs } = await playTwice({ ...shared, seed: firstSeed }, scenario);
  for (let seed = firstSeed + 1; seed < firstSeed + schedules; seed += 1) {
    const report = await simulate({ ...shared, seed }, scenario);
    steps += report.steps;
    virtualMs += report.virtualMs;
  }
  return { schedules, steps, virtualMs };
}

async function playTwice(
  options: SimulationOptions,
  scenario: (world: World) => Promise<unknown>,
): Promise<SimulationReport<unknown>> {
  const traces: readonly [string[], string[]] = [[], []];
  const play = (trace: string[]) => {
    const onTrace = (line: string) => {
      trace.push(line);
      options.onTrace?.(line);
    };
    return simulate({ ...options, onTrace }, scenario);
  };
  const first = await play(traces[0]);
  const second = await play(traces[1]);
  if (first.fingerprint === second.fingerprint) return first;
  const common = traces[0].findIndex((line, index) => line !== traces[1][index]);
  throw new SimulationError({
    reason: 'not-deterministic',
    what: 'played again, it took another course: something inside does not take its time or chance from the world',
    seed: options.seed,
    virtualMs: second.virtualMs,
    steps: second.steps,
    trace: common < 0 ? [] : [`first:  ${traces[0][common]}`, `second: ${traces[1][common] ?? '(nothing)'}`],
    replayCommand: options.replayCommand?.(options.seed) ?? replayCommandOf(options.seed),
  });
}

function wholeNumber(option: string, given: unknown, least: number): number | undefined {
  if (given === undefined || given === '') return undefined;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= least) return value;
  const expected = `a whole number, ${least} or more`;
  throw new InvalidOptionError({ owner: 'simulateSchedules', option, received: given, expected });
}

function printLine(line: string): void {
  process.stderr.write(`${line}\n`);
}
