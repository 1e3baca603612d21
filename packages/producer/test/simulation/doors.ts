import { delay } from '@shardline/core/internal';
import type { SimulatedProcess } from '@shardline/testing';
import type { Producer } from '../../src/producer.js';
import type { UserRecord } from '../../src/user-record.js';
import type { Plan } from './plan.js';
import type { LoggedPut, PutLog } from './put-log.js';

/** What a scenario's puts share. */
export interface Putting {
  readonly plan: Plan;
  readonly process: SimulatedProcess;
  readonly producer: Producer;
  readonly log: PutLog;
}

/** Data that the scenario's service refuses a whole request for. */
export const poisonMark = 'POISON';

/** One call may wait with more records than may wait by the bound. */
const largestBurst = 40;

/** Puts all records of the plan in bursts, through put, putMany and tryPut in turn, with flushes and pauses between. */
export async function putEverything(putting: Putting): Promise<void> {
  const { plan, process, producer, log } = putting;
  const { random, clock } = process;
  while (log.puts.length < plan.records) {
    const burst = 1 + Math.floor(random.next() * largestBurst);
    const door = Math.floor(random.next() * 3);
    if (door === 0) for (let at = 0; at < burst; at += 1) putOne(putting);
    else if (door === 1) putBatch(putting, burst);
    else await putSilently(putting, burst);
    checkBounds(putting);
    if (random.next() < 0.05) process.pause(Math.floor(random.next() * 3_000));
    if (random.next() < 0.1) await flushAndCheck(producer, log, process);
    else await delay(clock, Math.floor(random.next() * plan.pauseMs * 2));
  }
}

/** A record unlike all others: a key that may be crowded, sometimes a hash key of its own, sometimes data that looks aggregated. */
function drawRecord({ plan, process: { random }, log }: Putting): UserRecord {
  const key = Math.floor(random.next() * random.next() * plan.keys);
  const partitionKey = key % 5 === 4 ? `clé-${key}-🙂` : `key-${key}`;
  const size = Math.floor(random.next() ** 3 * plan.maxDataBytes);
  const poison = plan.poison && random.next() < 0.01 ? poisonMark : '';
  const text = `${log.puts.length}:${poison}:${'x'.repeat(size)}`;
  const data = random.next() < 0.02 ? looksAggregated(text) : random.next() < 0.5 ? text : Buffer.from(text);
  return key % 7 === 6 ? { partitionKey, explicitHashKey: hashKeyFor(key), data } : { partitionKey, data };
}

function hashKeyFor(key: number): string {
  return (
    ['0', '340282366920938463463374607431768211455', '170141183460469231731687303715884105728'][key % 3] ??
    '0'
  );
}

function looksAggregated(text: string): Uint8Array {
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), Buffer.from(text)]);
}

function putOne(putting: Putting): void {
  const { producer, log, process, plan } = putting;
  const put = log.note(drawRecord(putting), false);
  const abort = new AbortController();
  if (process.random.next() < 0.03)
    process.clock.schedule(plan.pauseMs, () => abort.abort(new Error('bored')));
  producer.put(put.record, { signal: abort.signal }).then(
    (result) => tell(put, { index: 0, stored: true, result }),
    (error) => tell(put, { index: 0, stored: false, error }),
  );
}

function putBatch(putting: Putting, burst: number): void {
  const puts = Array.from({ length: burst }, () => putting.log.note(drawRecord(putting), false));
  const records = puts.map((put) => put.record);
  void putting.producer.putMany(records).then((outcomes) => {
    for (const outcome of outcomes) {
      const put = puts[outcome.index];
      if (put) tell(put, outcome);
    }
  });
}

async function putSilently(putting: Putting, burst: number): Promise<void> {
  const { producer, log } = putting;
  for (let at = 0; at < burst; at += 1) {
    for (;;) {
      const put = log.note(drawRecord(putting), true);
      if (producer.tryPut(put.record)) break;
      log.drop(put);
      await producer.waitForRoom();
    }
  }
}

function tell(put: LoggedPut, outcome: NonNullable<LoggedPut['told']>): void {
  if (put.told) throw new Error(`P1: record ${put.id} was settled twice`);
  put.told = outcome;
}

/** P2, seen from outside. */
function checkBounds({ producer, plan }: Putting): void {
  const { outstandingRecords, outstandingBytes, waitingPuts } = producer.stats();
  const { maxOutstandingRecords = 0, maxOutstandingBytes = 0, maxWaitingPuts = 0 } = plan.options;
  if (outstandingRecords > maxOutstandingRecords) throw new Error('P2: too many records outstanding');
  if (outstandingBytes > maxOutstandingBytes) throw new Error('P2: too many bytes outstanding');
  if (waitingPuts > maxWaitingPuts + largestBurst) throw new Error('P2: too many puts wait');
}

/** P6: a flush settles everything accepted before it. */
async function flushAndCheck(producer: Producer, log: PutLog, process: SimulatedProcess): Promise<void> {
  const before = producer.stats();
  const accepted = before.waitingPuts === 0 ? [...log.puts] : [];
  await producer.flush();
  await delay(process.clock, 0);
  const after = producer.stats();
  const failed = Object.values(after.failedRecords).reduce((sum, count) => sum + count, 0);
  if (after.storedRecords + failed < before.acceptedRecords)
    throw new Error('P6: flush left records unsettled');
  const open = accepted.find((put) => !put.silent && !put.told);
  if (open) throw new Error(`P6: flush left record ${open.id} unsettled`);
}
