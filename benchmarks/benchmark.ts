/**
 * What a benchmark is made of. A benchmark compares a subject (our code) with a floor and with peers that do the same
 * work; each of these is a case, and every run of a case has a process of its own.
 */

/** Plain values that reach a case in its process. */
export type CaseParameters = Readonly<Record<string, string | number | boolean>>;

/** Where a case is found: a module of `cases/` that exports `prepare`, and what it is given. */
export interface CaseReference {
  /** What readers see: 'protobufjs 8.8.1'. Unique within its comparison. */
  readonly name: string;
  /** File name under `cases/`, without its ending. */
  readonly module: string;
  readonly parameters: CaseParameters;
}

/** A floor is work nobody can leave out; a peer is another way to do the same work. */
export interface Reference extends CaseReference {
  readonly role: 'floor' | 'peer';
}

/** Cases that do the same work and are measured turn by turn. */
export interface Comparison {
  /** With the subject's name, where it has one of its own, unique within its benchmark: baselines are kept under it. */
  readonly name: string;
  /** What one unit of work is: 'user records'. */
  readonly unit: string;
  /** Bytes of user data in one unit. */
  readonly bytesPerUnit: number;
  /** Our cases, one line of output each. */
  readonly subjects: readonly CaseReference[];
  readonly references: readonly Reference[];
  /** Whether `--quick` measures it. */
  readonly quick: boolean;
}

/** What a benchmark keeps running beside its cases, such as a server. */
export interface Surroundings {
  /** Added to the parameters of every case. */
  readonly parameters: CaseParameters;
  /** Added to the environment of every case's process. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface Benchmark {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  readonly comparisons: readonly Comparison[];
  /** Starts what the cases need. `bundleFolder` holds the compiled entries. */
  readonly surround?: (bundleFolder: string) => Promise<Surroundings>;
}

/** What is judged by bounds of its own, and not by comparison: how much is held, what a limit lets through. */
export interface Trial {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  /** Tries each scenario and tells of it as it ends. */
  run(work: TrialWork): Promise<void>;
}

export interface TrialWork {
  /** Only the most telling scenarios, within 30 s in all. */
  readonly quick: boolean;
  /** The compiled entries. */
  readonly bundleFolder: string;
  readonly tell: (verdict: Verdict) => void;
}

/** What became of one scenario of a trial. */
export interface Verdict {
  readonly trial: string;
  readonly name: string;
  /** What does not hold; undefined where all does. */
  readonly broken: string | undefined;
  /** Figures by name, with the unit last. */
  readonly facts: Readonly<Record<string, number>>;
}

/** A case in its process, ready to be timed. */
export interface PreparedCase {
  /** Does a little of the work once and throws unless the result is right. Not timed. */
  prove?(): void | Promise<void>;
  /** Makes the input of the next lap. Not timed. */
  stage?(): void | Promise<void>;
  /** One lap of the work, a fraction of a second long. Timed. Answers the units done. */
  lap(): number | Promise<number>;
  /** Between the laps that warm up and those that count. Not timed. */
  warmed?(): void;
  /** After the last lap: throws unless all the work arrived. Not timed. */
  verify?(): void | Promise<void>;
  /** CPU time so far of the process that does the work, where that is another one; the case's own when absent. */
  cpuSeconds?(): number;
  /** Further figures of the timed laps, by name with the unit last. */
  facts?(): Readonly<Record<string, number>>;
  close?(): void | Promise<void>;
}

/** What a module of `cases/` exports. */
export interface CaseModule {
  prepare(parameters: CaseParameters): PreparedCase | Promise<PreparedCase>;
}

/** Reads a parameter that must be a number. */
export function numberParameter(parameters: CaseParameters, name: string): number {
  const value = parameters[name];
  if (typeof value !== 'number')
    throw new TypeError(`case parameter ${name} must be a number, got ${String(value)}`);
  return value;
}

/** Reads a parameter that must be a string. */
export function stringParameter(parameters: CaseParameters, name: string): string {
  const value = parameters[name];
  if (typeof value !== 'string')
    throw new TypeError(`case parameter ${name} must be a string, got ${String(value)}`);
  return value;
}
