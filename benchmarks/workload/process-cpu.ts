import { readFileSync } from 'node:fs';

/** Ticks of the counters in /proc a second: what Linux shows to programs, whatever its own clock does. */
const TICKS_PER_SECOND = 100;

/** Why CPU times of other processes cannot be told here; undefined where they can. */
export const noCpuTimes = process.platform === 'linux' ? undefined : 'needs /proc, which Linux alone has';

/** User and system time of another process so far, in seconds, to the hundredth. Linux alone tells it without a helper. */
export function cpuSecondsOf(pid: number): number {
  if (noCpuTimes !== undefined) throw new Error(`CPU time of another process: ${noCpuTimes}`);
  return cpuSecondsIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The same out of the text of /proc/PID/stat, whose second field is a name in brackets that may hold anything. */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]].map(Number);
  if (user === undefined || system === undefined || Number.isNaN(user + system)) {
    throw new Error(`no CPU times in ${stat}`);
  }
  return (user + system) / TICKS_PER_SECOND;
}
