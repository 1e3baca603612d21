/** The arithmetic of a benchmark: medians, ratios, turns, time slices and the comparison with a baseline. Pure. */

/** What one process measured over its timed laps. */
export interface Sample {
  readonly units: number;
  /** User and system time of the whole process, its collector and crypto threads included. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Pauses of the garbage collector within the timed laps. */
  readonly gcSeconds: number;
  readonly facts: Readonly<Record<string, number>>;
}

/** All samples of one case, one per round. */
export interface CaseSamples {
  readonly name: string;
  readonly role: 'subject' | 'floor' | 'peer';
  readonly samples: readonly Sample[];
}

export interface ReferenceResult {
  readonly name: string;
  readonly role: 'floor' | 'peer';
  readonly value: number;
  readonly runs: readonly number[];
  readonly facts: Readonly<Record<string, number>>;
}

/** One line of output: a subject beside the floor and the peers of the same run. */
export interface Result {
  readonly benchmark: string;
  readonly name: string;
  readonly unit: string;
  /** Units per CPU second, the median over rounds. */
  readonly value: number;
  readonly runs: readonly number[];
  /** (highest - lowest) / median of the runs: how far to trust the value. */
  readonly spread: number;
  readonly perWallSecond: number;
  readonly payloadMegabytes: number;
  readonly gcShare: number;
  readonly facts: Readonly<Record<string, number>>;
  /** Subject / reference, by the reference's name. Above 1 the subject does more work for the same CPU time. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly references: readonly ReferenceResult[];
}

/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[sorted.length >> 1];
  const low = sorted[(sorted.length - 1) >> 1];
  if (high === undefined || low === undefined) throw new RangeError('no values to take a median of');
  return low === high ? low : low / 2 + high / 2; // the sum of two large ones would overflow
}

export function perCpuSecond(sample: Sample): number {
  if (!(sample.cpuSeconds > 0)) throw new RangeError(`a sample needs CPU time, got ${sample.cpuSeconds} s`);
  return sample.units / sample.cpuSeconds;
}

/**
 * The median of the rounds' own ratios. A neighbour that slows the machine for one round slows both sides of that
 * round, so the ratio stands where a ratio of two medians may not.
 */
export function pairedRatio(subject: readonly number[], reference: readonly number[]): number {
  if (subject.length !== reference.length) {
    throw new RangeError(`paired ratio of ${subject.length} and ${reference.length} runs`);
  }
  return median(subject.map((value, round) => value / (reference[round] ?? Number.NaN)));
}

/** The order of runs: every case once a round (A B C A B C), so that slow drift is shared. */
export function turns(cases: number, rounds: number): readonly number[] {
  return Array.from({ length: cases * rounds }, (_, turn) => turn % cases);
}

/** How long each run may take when all that remain must end in `remainingMs`. */
export function sliceMs(remainingMs: number, remainingRuns: number): number {
  return remainingRuns > 0 ? Math.max(0, Math.floor(remainingMs / remainingRuns)) : 0;
}

/** Puts one subject beside its references. */
export function summarise(
  heading: { benchmark: string; name: string; unit: string; bytesPerUnit: number },
  subject: CaseSamples,
  references: readonly CaseSamples[],
): Result {
  const runs = subject.samples.map(perCpuSecond);
  const value = median(runs);
  const ratios: Record<string, number> = {};
  for (const reference of references) {
    ratios[reference.name] = rounded(pairedRatio(runs, reference.samples.map(perCpuSecond)));
  }
  return {
    benchmark: heading.benchmark,
    name: heading.name,
    unit: `${heading.unit} per CPU second`,
    value: Math.round(value),
    runs: runs.map(Math.round),
    spread: rounded((Math.max(...runs) - Math.min(...runs)) / value),
    perWallSecond: Math.round(median(subject.samples.map((sample) => sample.units / sample.wallSeconds))),
    payloadMegabytes: rounded((value * heading.bytesPerUnit) / 1e6),
    gcShare: rounded(median(subject.samples.map((sample) => sample.gcSeconds / sample.wallSeconds))),
    facts: medianFacts(subject.samples),
    ratios,
    references: references.map(summariseReference),
  };
}

function summariseReference(reference: CaseSamples): ReferenceResult {
  if (reference.role === 'subject') throw new TypeError(`${reference.name} is a subject, not a reference`);
  const runs = reference.samples.map(perCpuSecond);
  return {
    name: reference.name,
    role: reference.role,
    value: Math.round(median(runs)),
    runs: runs.map(Math.round),
    facts: medianFacts(reference.samples),
  };
}

function medianFacts(samples: readonly Sample[]): Record<string, number> {
  const facts: Record<string, number> = {};
  for (const name of Object.keys(samples[0]?.facts ?? {})) {
    facts[name] = rounded(median(samples.map((sample) => sample.facts[name] ?? 0)));
  }
  return facts;
}

/** Four significant digits: more would claim a precision that the runs do not have. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
