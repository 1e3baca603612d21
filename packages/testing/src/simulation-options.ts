import { callable, integerBetween, type OptionTable, oneOf, resolveOptions } from '@shardline/core/internal';

/** Options of `simulate`. */
export interface SimulationOptions {
  /** Decides every choice of the simulation: a whole number, 0 to 4,294,967,295. */
  readonly seed: number;
  /**
   * Virtual time within which the scenario must end, in milliseconds.
   * @defaultValue 3,600,000 (an hour)
   */
  readonly maxVirtualMs?: number;
  /**
   * Number of timers within which the scenario must end.
   * @defaultValue 1,000,000
   */
  readonly maxSteps?: number;
  /**
   * Order of timers of one process that are due at the same time: as they were set, or by the seed. The order between
   * processes is always the seed's.
   * @defaultValue 'fifo'
   */
  readonly tiesWithinProcess?: 'fifo' | 'random';
  /**
   * Lines of the trace that an error shows, 0 to 10,000.
   * @defaultValue 60
   */
  readonly traceLines?: number;
  /** Gets every line of the trace as it is written. */
  readonly onTrace?: (line: string) => void;
  /**
   * The command that an error names for running its seed again.
   * @defaultValue `SIMULATION_SEED=N <your test command>`, right where `simulateSchedules` is given `process.env`
   */
  readonly replayCommand?: (seed: number) => string;
}

/** How one seed is run again where nothing better is known: by the variable that `simulateSchedules` looks up. */
export function replayCommandOf(seed: number): string {
  return `SIMULATION_SEED=${seed} <your test command>`;
}

/** Every option of `simulate`. */
export const simulationOptions: OptionTable<keyof SimulationOptions> = {
  seed: {
    summary: 'Decides every choice of the simulation.',
    required: true,
    ...integerBetween(0, 0xffff_ffff),
  },
  maxVirtualMs: {
    summary: 'Virtual time within which the scenario must end, in milliseconds.',
    defaultValue: 3_600_000,
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
  },
  maxSteps: {
    summary: 'Number of timers within which the scenario must end.',
    defaultValue: 1_000_000,
    ...integerBetween(1, Number.MAX_SAFE_INTEGER),
  },
  tiesWithinProcess: {
    summary: 'Order of timers of one process that are due at the same time.',
    defaultValue: 'fifo',
    ...oneOf('fifo', 'random'),
  },
  traceLines: {
    summary: 'Lines of the trace that an error shows.',
    defaultValue: 60,
    ...integerBetween(0, 10_000),
  },
  onTrace: { summary: 'Gets every line of the trace as it is written.', ...callable() },
  replayCommand: {
    summary: 'The command that an error names for running its seed again.',
    reason: 'When absent: `SIMULATION_SEED=N <your test command>`.',
    ...callable(),
  },
};

/** {@link SimulationOptions} with their defaults. */
export type ResolvedSimulationOptions = Required<Omit<SimulationOptions, 'onTrace'>> &
  Pick<SimulationOptions, 'onTrace'>;

/** Checks options and fills in defaults. */
export function resolveSimulationOptions(given: SimulationOptions): ResolvedSimulationOptions {
  const resolved = resolveOptions('simulate', simulationOptions, given);
  return {
    ...(resolved as unknown as ResolvedSimulationOptions),
    replayCommand: given.replayCommand ?? replayCommandOf,
  };
}
