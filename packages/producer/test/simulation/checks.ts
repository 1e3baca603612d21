import type { RecordFailedError } from '../../src/errors.js';
import type { PutResult } from '../../src/outcomes.js';
import type { ProducerStats } from '../../src/stats.js';
import { poisonMark } from './edge-faults.js';
import type { Plan } from './plan.js';
import { lastingErrors } from './plan-faults.js';
import { type LoggedPut, orderKeyOf, type PutLog } from './put-log.js';
import type { ReadRecord } from './read-stream.js';

/** What the producer reported through `onOutcomes`, by kind. */
export interface Reported {
  readonly stored: readonly PutResult[];
  readonly failed: number;
}

function fail(invariant: string, what: string): never {
  throw new Error(`${invariant}: ${what}`);
}

/** P1: every accepted record is settled exactly once, through its promise and through onOutcomes alike. */
export function checkSettledOnce(log: PutLog, reported: Reported): void {
  for (const put of log.puts) {
    if (!put.silent && !put.told) fail('P1', `record ${put.id} was never settled`);
    if (put.reports.length > 1) fail('P1', `record ${put.id} was reported ${put.reports.length} times`);
    if (put.told && !put.told.stored && isAcceptedFailure(put) && put.reports.length !== 1) {
      fail(
        'P1',
        `record ${put.id} failed with ${put.told.error.code}, onOutcomes was told ${put.reports.length} times`,
      );
    }
  }
  const places = new Set(reported.stored.map(placeOf));
  if (places.size !== reported.stored.length)
    fail('P1', 'one place in the stream was reported for two records');
  const accepted = log.puts.filter((put) => put.silent || put.told?.stored || isAcceptedFailure(put)).length;
  const settled = reported.stored.length + reported.failed;
  if (accepted !== settled) fail('P1', `${accepted} records were accepted, ${settled} settled`);
}

/** P1 and P4: what was acknowledged is where it was said to be, for a reader with KCL's rule. */
export function checkStored(log: PutLog, reported: Reported, read: readonly ReadRecord[]): void {
  const byPlace = new Map(read.map((record) => [placeOf(record), record]));
  for (const result of reported.stored) {
    if (!byPlace.has(placeOf(result)))
      fail('P4', `acknowledged, but a KCL reader does not get it: ${placeOf(result)}`);
  }
  const acknowledged = new Set(reported.stored.map(placeOf));
  const texts = new Set(
    read.filter((record) => acknowledged.has(placeOf(record))).map((record) => record.text),
  );
  for (const put of log.puts) {
    if (put.silent && put.reports.length === 0 && !texts.has(put.text)) {
      fail('P1', `record ${put.id} was put with tryPut, did not fail and is nowhere`);
    }
    if (!put.told?.stored) continue;
    const there = byPlace.get(placeOf(put.told.result));
    if (there?.text !== put.text) fail('P1', `record ${put.id} is not where it was said to be`);
    if (there && there.partitionKey !== put.record.partitionKey) fail('P1', `record ${put.id} lost its key`);
  }
}

/** P1: a failed record that is stored all the same was said to be possibly stored. */
export function checkFailures(log: PutLog, read: readonly ReadRecord[]): void {
  const stored = new Set(read.map((record) => record.text));
  for (const put of log.puts) {
    const outcome = put.told ?? put.reports[0];
    if (!outcome || outcome.stored || !stored.has(put.text)) continue;
    const { mayBeStored } = outcome.error as RecordFailedError;
    if (!mayBeStored) fail('P1', `record ${put.id} failed with ${outcome.error.code} but is stored`);
  }
}

/** P3: the first copies of each key's stored records stand in put order. */
export function checkOrder(log: PutLog, reported: Reported, read: readonly ReadRecord[]): void {
  const acknowledged = new Set(reported.stored.map(placeOf));
  const texts = new Set(
    read.filter((record) => acknowledged.has(placeOf(record))).map((record) => record.text),
  );
  const newest = new Map<string, number>();
  const seen = new Set<string>();
  for (const record of read) {
    const put = log.find(record.text);
    if (!put || seen.has(record.text) || !texts.has(record.text)) continue;
    seen.add(record.text);
    const key = orderKeyOf(put.record);
    const before = newest.get(key) ?? -1;
    if (put.id < before) fail('P3', `record ${put.id} of key "${key}" stands after record ${before}`);
    newest.set(key, put.id);
  }
}

/** Failures before acceptance are told by the promise alone. */
function isAcceptedFailure(put: LoggedPut): boolean {
  return put.told?.stored === false && 'mayBeStored' in put.told.error;
}

function placeOf(place: { shardId: string; sequenceNumber: string; subSequenceNumber: number }): string {
  return `${place.shardId}/${place.sequenceNumber}/${place.subSequenceNumber}`;
}

/** P7: nothing fails but for a reason that the plan gives it; above all, poison fails alone. */
export function checkReasons(log: PutLog, plan: Plan): void {
  for (const put of log.puts) {
    const outcome = put.told ?? put.reports[0];
    if (!outcome || outcome.stored) continue;
    const { code } = outcome.error;
    if (!mayFail(code, put, plan))
      fail('P7', `record ${put.id} failed with ${code}: ${outcome.error.message}`);
  }
}

function mayFail(code: string, put: LoggedPut, plan: Plan): boolean {
  const { options, happenings, edgeFaults, closeDeadlineMs } = plan;
  const longLived = (options.recordTtlMs ?? 0) > 10_000;
  const bytes = put.text.length;
  switch (code) {
    case 'RECORD_REFUSED':
      return put.text.includes(poisonMark) || bytes > mebibyte - 300;
    case 'RECORD_TOO_LARGE':
      return bytes > mebibyte - 1_000;
    case 'STREAM_NOT_FOUND':
      return happenings.some(({ kind }) => kind === 'recreate');
    case 'CLIENT_MISCONFIGURED':
      return edgeFaults.some(({ kind }) => kind === 'proxyLogin');
    case 'RECORD_EXPIRED':
      return !longLived;
    case 'SHUTDOWN_TIMEOUT':
    case 'PRODUCER_CLOSED':
      return closeDeadlineMs < 10_000;
    case 'BUFFER_FULL':
      return options.whenFull === 'reject' || (options.maxWaitingPuts ?? 0) < 10_000 || mayHoldFewBytes(plan);
    default:
      return code === 'PUT_ABORTED' || code === 'PUT_WITHDRAWN' || lastingCodes(plan).includes(code);
  }
}

/** As many bytes may wait as may be outstanding. */
function mayHoldFewBytes({ options, big }: Plan): boolean {
  return big || (options.maxOutstandingBytes ?? 0) <= mebibyte;
}

const mebibyte = 1_048_576;

/** What records fail with while an operator has not mended what lasts. */
function lastingCodes({ faults }: Plan): readonly string[] {
  return faults.flatMap((fault) =>
    fault.kind === 'failCall' && fault.operation === 'PutRecords'
      ? Object.entries(lastingErrors).flatMap(([name, code]) => (name === fault.errorCode ? [code] : []))
      : [],
  );
}

/** P5: a producer that has a shard to itself and knows the shards is hardly ever throttled. */
export function checkThrottling(plan: Plan, stats: ProducerStats): void {
  const alone =
    !plan.onDemand &&
    !plan.big &&
    plan.happenings.every(({ kind }) => kind === 'resize') &&
    plan.faults.every((fault) => harmless.has(fault.kind));
  const allowed = 5 + stats.sentEntries / 50;
  if (alone && stats.throttledEntries > allowed) {
    fail('P5', `${stats.throttledEntries} of ${stats.sentEntries} entries were throttled`);
  }
}

/** Faults that leave the shards and their limits alone. */
const harmless: ReadonlySet<string> = new Set(['failRecord', 'loseAnswer', 'stall', 'reset']);
