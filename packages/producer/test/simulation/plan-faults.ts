import type { Random } from '@shardline/core';
import type { Fault, PlannedFault } from '@shardline/local';

/** Name of the producer's stream. */
export const stream = 's';

const put = { operation: 'PutRecords' } as const;
const listing = { operation: ['ListShards', 'DescribeStreamSummary'] } as const;

/** Errors that an operator has to mend, and does after a few calls. */
export const lastingErrors = Object.freeze({
  AccessDeniedException: 'ACCESS_DENIED',
  KMSDisabledException: 'ENCRYPTION_KEY_UNUSABLE',
  ExpiredTokenException: 'CREDENTIALS_REJECTED',
  InvalidSignatureException: 'CREDENTIALS_REJECTED',
});

/** Each kind of fault of the local Kinesis that strikes what a producer calls, in about a quarter of the seeds. */
export function drawFaults(random: Random): Fault[] {
  const between = (low: number, high: number) => low + Math.floor(random.next() * (high - low + 1));
  const skip = () => between(0, 12);
  const times = () => between(1, 6);
  const when = () => (random.next() < 0.5 ? 'before' : 'after');
  const drawn: (() => Fault)[] = [
    () => ({ kind: 'latency', ...put, delayMs: between(0, 150), jitterMs: between(0, 300) }),
    () => ({ kind: 'latency', ...listing, delayMs: between(0, 400), jitterMs: between(0, 400) }),
    () => ({ kind: 'throttleShard', probability: random.next() / 2, skip: skip(), times: between(1, 80) }),
    () => ({ kind: 'failRecord', probability: random.next() / 2, skip: skip(), times: between(1, 60) }),
    () => ({
      kind: 'failCall',
      ...put,
      errorCode: 'InternalFailure',
      when: when(),
      skip: skip(),
      times: times(),
    }),
    () => ({ kind: 'failCall', ...put, errorCode: 'KMSThrottlingException', skip: skip(), times: times() }),
    () => ({
      kind: 'failCall',
      ...listing,
      errorCode: 'LimitExceededException',
      skip: between(0, 3),
      times: times(),
    }),
    () => ({ kind: 'failCall', ...listing, errorCode: 'AccessDeniedException', times: between(1, 8) }),
    () => ({ kind: 'shuffleRecords', probability: random.next(), skip: skip(), times: between(1, 40) }),
    () => ({ kind: 'loseAnswer', ...put, skip: skip(), times: times() }),
    () => ({ kind: 'stall', ...put, skip: skip(), times: times() }),
    () => ({ kind: 'storeLate', ...put, afterMs: between(0, 2_000), skip: skip(), times: times() }),
    () => ({ kind: 'reset', ...put, when: when(), skip: skip(), times: times() }),
    () => ({ kind: 'reset', ...listing, when: 'before', times: between(1, 4) }),
    () => ({ kind: 'staleListShards', ageMs: between(100, 3_000), times: between(1, 5) }),
    () => ({ kind: 'reshard', ...put, stream, change: { split: {} }, skip: skip() }),
    () => ({ kind: 'reshard', ...put, stream, change: { merge: {} }, skip: skip() }),
    () => ({ kind: 'reshard', ...put, stream, change: { shardCount: between(1, 8) }, skip: skip() }),
    ...Object.keys(lastingErrors).map(
      (errorCode) => (): Fault => ({
        kind: 'failCall',
        ...put,
        errorCode,
        skip: skip(),
        times: between(1, 3),
      }),
    ),
  ];
  return drawn.filter(() => random.next() < 0.22).map((make) => make());
}

/** Under which name hits of a fault are counted: its kind, with the error that it answers and what it strikes where these differ. */
export function nameOf(fault: Fault): string {
  const name = fault.kind === 'failCall' ? `${fault.kind} ${fault.errorCode}` : fault.kind;
  return 'operation' in fault && typeof fault.operation === 'object' ? `${name} of listings` : name;
}

/** What strikes readers alone. */
type ReadFaultKind =
  | 'expireIterator'
  | 'slowSubscription'
  | 'stallSubscription'
  | 'failSubscription'
  | 'cutSubscription';

/** Every other kind of fault of the local Kinesis: a new one does not compile before it is here. Of `failCall` each error counts. */
const kinds: Readonly<Record<Exclude<Fault['kind'], ReadFaultKind | 'failCall'>, true>> = Object.freeze({
  latency: true,
  throttleShard: true,
  failRecord: true,
  shuffleRecords: true,
  loseAnswer: true,
  stall: true,
  storeLate: true,
  reset: true,
  staleListShards: true,
  reshard: true,
});

/** The names that {@link drawFaults} can draw. */
export const faultNames: readonly string[] = [
  ...Object.keys(kinds),
  ...['latency of listings', 'reset of listings'],
  ...['failCall InternalFailure', 'failCall KMSThrottlingException'],
  ...['failCall LimitExceededException of listings', 'failCall AccessDeniedException of listings'],
  ...Object.keys(lastingErrors).map((errorCode) => `failCall ${errorCode}`),
];

/** How often faults of each name struck. */
export function hitsOf(planned: readonly PlannedFault[]): ReadonlyMap<string, number> {
  const hits = new Map<string, number>();
  for (const { fault, injected } of planned) {
    const name = nameOf(fault);
    hits.set(name, (hits.get(name) ?? 0) + injected);
  }
  return hits;
}

/** Whether a put that was given up may still be stored later, after newer records: the documented limit of P3. */
export function storesLate(faults: readonly Fault[]): boolean {
  return faults.some(({ kind }) => kind === 'storeLate');
}
