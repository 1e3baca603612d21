import { delay } from '@shardline/core/internal';
import type { SimulatedProcess } from '@shardline/testing';
import type { Producer } from '../../src/producer.js';
import type { UserRecord } from '../../src/user-record.js';
import { poisonMark } from './edge-faults.js';
import type { Plan } from './plan.js';
import { type LoggedPut, type PutLog, textOf } from './put-log.js';
import { largestBurst, type Watch } from './watch.js';

/** What a scenario's puts share. */
export interface Putting {
  readonly plan: Plan;
  readonly process: SimulatedProcess;
  readonly producer: Producer;
  readonly log: PutLog;
  readonly watch: Watch;
  /** Holds the whole process up, as a container that is frozen. */
  readonly freeze: (ms: number) => void;
}

/** Puts all records of the plan in bursts, through put, putMany, tryPut and streams in turn, with flushes and pauses between. */
export async function putEverything(putting: Putting): Promise<void> {
  const { plan, process, producer, log } = putting;
  const { random, clock } = process;
  while (log.puts.length < plan.records) {
    await putBurst(putting, 1 + Math.floor(random.next() * largestBurst));
    putting.watch.look();
    putting.watch.raise();
    if (random.next() < 0.05) putting.freeze(Math.floor(random.next() * 3_000));
    if (random.next() < 0.1) {
      await flushAndCheck(producer, log, process);
      continue;
    }
    if (!plan.silent && random.next() < 0.1) flushBeside(putting);
    await delay(clock, Math.floor(random.next() * plan.pauseMs * 2));
  }
}

async function putBurst(putting: Putting, burst: number): Promise<void> {
  const { plan, process } = putting;
  const door = Math.floor(process.random.next() * (plan.silent ? 4 : 2));
  if (door === 0) for (let at = 0; at < burst; at += 1) putOne(putting);
  else if (door === 1) putBatch(putting, burst);
  else if (door === 2) await putSilently(putting, burst);
  else await putByStream(putting, burst);
}

/** P7: with the causes gone the producer stores whatever it is given, in order, although it has seen all of them. */
export async function putAgain(putting: Putting): Promise<void> {
  const { producer, log, process } = putting;
  for (let held = true; held; held = isHolding(producer)) {
    await producer.flush();
    await delay(process.clock, 10);
  }
  for (let at = 0; at < 8; at += 1) {
    const record = { partitionKey: `again-${at % 3}`, data: `${log.puts.length}::again` };
    const put = log.note(record, false);
    await putAlone(putting, put);
    if (put.told?.stored) continue;
    const code = put.told?.error.code;
    throw new Error(
      `P7: the causes are gone, record ${put.id} failed with ${code}: ${put.told?.error.message}`,
    );
  }
}

function isHolding(producer: Producer): boolean {
  const { outstandingRecords, waitingPuts } = producer.stats();
  return outstandingRecords + waitingPuts > 0;
}

/** A record unlike all others: a key that may be crowded, sometimes a hash key of its own, sometimes data that looks aggregated. */
function drawRecord({ plan, process: { random }, log }: Putting): UserRecord {
  const key = Math.floor(random.next() * random.next() * plan.keys);
  const partitionKey = key % 5 === 4 ? `clé-${key}-🙂` : `key-${key}`;
  const size = Math.floor(random.next() ** 3 * plan.maxDataBytes);
  const poison = plan.poison && random.next() < 0.01 ? poisonMark : '';
  const isBig = plan.big && random.next() < 0.02;
  const text = `${log.puts.length}:${poison}:${'x'.repeat(isBig ? 900_000 + Math.floor(random.next() * 900_000) : size)}`;
  // Where the stream places records itself, readers by the KCL's rule would miss such an aggregate of one.
  const data =
    !plan.onDemand && random.next() < 0.02
      ? looksAggregated(text)
      : random.next() < 0.5
        ? text
        : Buffer.from(text);
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
  void putAlone(putting, putting.log.note(drawRecord(putting), false), { signal: sometimesAborted(putting) });
}

async function putAlone(putting: Putting, put: LoggedPut, options?: { signal: AbortSignal }): Promise<void> {
  await putting.producer.put(put.record, options).then(
    (result) => tell(putting, put, { index: 0, stored: true, result }),
    (error) => tell(putting, put, { index: 0, stored: false, error }),
  );
}

function putBatch(putting: Putting, burst: number): void {
  const puts = Array.from({ length: burst }, () => putting.log.note(drawRecord(putting), false));
  const records = puts.map((put) => put.record);
  void putting.producer.putMany(records, { signal: sometimesAborted(putting) }).then((outcomes) => {
    for (const outcome of outcomes) {
      const put = puts[outcome.index];
      if (put) tell(putting, put, outcome);
    }
  });
}

/** A signal that fires after a while in a few calls, in the rest never. */
function sometimesAborted({ process: { random, clock }, plan }: Putting): AbortSignal {
  const abort = new AbortController();
  if (random.next() < 0.03)
    clock.schedule(plan.pauseMs * random.next() * 4, () => abort.abort(new Error('bored')));
  return abort.signal;
}

async function putSilently(putting: Putting, burst: number): Promise<void> {
  const { producer, log } = putting;
  for (let at = 0; at < burst; at += 1) {
    for (;;) {
      const put = log.note(drawRecord(putting), true);
      const accepted = tryOne(producer, put);
      if (accepted === true) break;
      log.drop(put);
      if (accepted === 'too-large') break;
      await producer.waitForRoom();
    }
  }
}

function tell({ process }: Putting, put: LoggedPut, outcome: NonNullable<LoggedPut['told']>): void {
  if (put.told) throw new Error(`P1: record ${put.id} was settled twice`);
  put.told = outcome;
  put.toldAtMs = process.clock.monotonic();
}

/** Through a Node or a web stream, a record at a time; only what is accepted stays in the log. */
async function putByStream(putting: Putting, burst: number): Promise<void> {
  const { producer, log, process } = putting;
  const onFailure = (error: Error, record: UserRecord) => {
    const put = log.find(textOf(record));
    if (put && !('mayBeStored' in error)) log.drop(put);
  };
  if (process.random.next() < 0.5) {
    const stream = producer.writable({ onFailure });
    for (let at = 0; at < burst; at += 1) {
      const { record } = log.note(drawRecord(putting), true);
      await new Promise<void>((resolve) => void stream.write(record, () => resolve()));
    }
    stream.end();
    return;
  }
  const writer = producer.writableStream({ onFailure }).getWriter();
  for (let at = 0; at < burst; at += 1) await writer.write(log.note(drawRecord(putting), true).record);
  void writer.close();
}

function tryOne(producer: Producer, { record }: LoggedPut): boolean | 'too-large' {
  try {
    return producer.tryPut(record);
  } catch (error) {
    if ((error as { code?: string }).code === 'RECORD_TOO_LARGE') return 'too-large';
    throw error;
  }
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

/** P6: a flush beside other puts waits for nothing that comes after it. All records have promises, so that each one's end is known. */
function flushBeside({ producer, log, process: { clock } }: Putting): void {
  if (producer.stats().waitingPuts > 0) return;
  const open = log.puts.filter((put) => !put.told);
  const startedMs = clock.monotonic();
  void producer.flush().then(async () => {
    const endedMs = clock.monotonic();
    await delay(clock, 0);
    const unsettled = open.find((put) => !put.told);
    if (unsettled) throw new Error(`P6: flush left record ${unsettled.id} unsettled`);
    const lastMs = open.reduce((last, { toldAtMs = 0 }) => Math.max(last, toldAtMs), startedMs);
    if (endedMs > lastMs)
      throw new Error(`P6: flush took ${endedMs - lastMs} ms longer than what it waits for`);
  });
}
