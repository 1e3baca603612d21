/**
 * Finds the deliveries that ran ahead. A worker's deliveries of one key (or shard) are runs: each goes on to the next place, or
 * begins again at an earlier one. What it passes over on its way forward must have been delivered to somebody else, who had the
 * shard meanwhile; what was delivered to this worker alone cannot have been passed over rightly, neither the first time (it
 * came late) nor again (a run does not leave out what it began before).
 *
 * @param run - Ranks of the places in the order of delivery to one worker.
 * @param onlyHere - Ranks among them that no other worker has delivered.
 * @returns indexes in `run` of the deliveries that passed over one of `onlyHere`.
 */
export function ranAhead(run: readonly number[], onlyHere: ReadonlySet<number>): number[] {
  const own = Int32Array.from(onlyHere).sort();
  const ahead: number[] = [];
  let before = -1;
  for (const [index, rank] of run.entries()) {
    const next = own[firstAbove(own, before)];
    if (next !== undefined && next < rank) ahead.push(index);
    before = rank;
  }
  return ahead;
}

/** Index of the first element above `value`; the length where there is none. */
function firstAbove(sorted: Int32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
