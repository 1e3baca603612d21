/** Says how many records are due, so that a rate holds whatever becomes of single time slices. */
export class Pace {
  readonly #perSecond: number;
  readonly #startedMs: number;
  #taken = 0;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#startedMs = nowMs;
  }

  /** Records that became due since the last call. What was missed is caught up with. */
  take(nowMs: number): number {
    const due = Math.floor(((nowMs - this.#startedMs) * this.#perSecond) / 1_000) - this.#taken;
    this.#taken += due;
    return due;
  }

  get taken(): number {
    return this.#taken;
  }
}

/** What a paced scenario is to keep to. */
export interface PaceGoal {
  /** Of one core, client alone. */
  readonly mostCpuShare: number;
  readonly mostP50Ms: number;
  readonly mostP99Ms: number;
}

export interface PaceFacts {
  readonly cpuShare: number;
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
  /** Records a second that were put, and that were to be put. */
  readonly perSecond: number;
  readonly wantedPerSecond: number;
}

/** Part of the rate that must have been put for the rest to say something. */
const LEAST_PACE = 0.98;

/** What does not hold; undefined where all does. */
export function brokenPace(facts: PaceFacts, goal: PaceGoal): string | undefined {
  const { cpuShare, latencyP50Ms, latencyP99Ms, perSecond, wantedPerSecond } = facts;
  if (!(perSecond >= wantedPerSecond * LEAST_PACE))
    return `${Math.round(perSecond)} of ${wantedPerSecond} records a second were put`;
  const broken: string[] = [];
  if (!(cpuShare <= goal.mostCpuShare))
    broken.push(`${percent(cpuShare)} of a core, not ${percent(goal.mostCpuShare)}`);
  if (!(latencyP50Ms <= goal.mostP50Ms))
    broken.push(`p50 ${latencyP50Ms.toFixed(0)} ms, not ${goal.mostP50Ms}`);
  if (!(latencyP99Ms <= goal.mostP99Ms))
    broken.push(`p99 ${latencyP99Ms.toFixed(0)} ms, not ${goal.mostP99Ms}`);
  return broken.length === 0 ? undefined : broken.join('; ');
}

/** What to say of a machine that has other work: its verdicts are about that. `load` is that of the last minute, before anything of ours ran. */
export function loadNote(load: number, cores: number): string | undefined {
  if (load <= cores * MOST_LOAD_SHARE) return undefined;
  return `the machine was busy before this began (load ${load.toFixed(1)} on ${cores} cores): what follows says nothing of the producer, BROKEN or not. Run it where nothing else runs.`;
}

/** Of the cores, in the minute before. */
const MOST_LOAD_SHARE = 0.25;

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
