/** What `close()` leaves at its deadline. */
export interface LeftUndone {
  /** Records that were accepted. */
  readonly failedRecords: number;
  /** Records of puts that were not. */
  readonly refusedPuts: number;
}

/** What became of it, and what to do. */
export function undoneInWords({ failedRecords, refusedPuts }: LeftUndone): string {
  const failed =
    `${records(failedRecords)} not settled in time failed with SHUTDOWN_TIMEOUT, and their errors say how the last attempts ended. ` +
    'Where these were answered, give it more time, or put less before closing; else check endpoint and network.';
  const refused =
    `${records(refusedPuts)} that waited to be accepted failed with PRODUCER_CLOSED: give it more time, or await puts before ` +
    'closing; where nothing was accepted for long, check endpoint and network.';
  if (refusedPuts === 0) return failed;
  return failedRecords === 0 ? refused : `${failed} ${refused}`;
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}
