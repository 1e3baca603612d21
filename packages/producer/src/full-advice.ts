/** What of a full producer tells which bound was reached. */
export interface BoundFacts {
  readonly outstandingRecords: number;
  /** Records that room is kept for, and that have still to come. */
  readonly keptRecords: number;
  readonly maxOutstandingRecords: number;
  readonly waitingPuts: number;
  /** 0: none may wait. */
  readonly maxWaitingPuts: number;
}

/** Which bound kept a record out, in the order in which they were reached, and what to do about it. */
export function fullAdvice(facts: BoundFacts): string {
  const [reached, what] = reachedIn(facts);
  return `${reached}. Await earlier puts, put more slowly, add shards, or raise ${what}.`;
}

function reachedIn(facts: BoundFacts): readonly [reached: string, raise: 'it' | 'them'] {
  const isByRecords = facts.outstandingRecords + facts.keptRecords >= facts.maxOutstandingRecords;
  const first = `${isByRecords ? 'maxOutstandingRecords' : 'maxOutstandingBytes'} was reached`;
  if (facts.maxWaitingPuts === 0) {
    // A stream's next record may wait nevertheless, and one of which only the description tells whether it is too large.
    if (isByRecords || facts.waitingPuts === 0) return [first, 'it'];
    return ['Records before it wait, for maxOutstandingBytes or the description of the stream', 'it'];
  }
  if (facts.waitingPuts >= facts.maxWaitingPuts) return [`${first}, then maxWaitingPuts`, 'them'];
  return isByRecords
    ? [`${first}, then maxOutstandingBytes by what waits`, 'them']
    : [`${first}, then once more by what waits`, 'it'];
}
