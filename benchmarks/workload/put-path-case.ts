import { randomUUID } from 'node:crypto';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import { CHECKED_PREFIX, type StreamCounts } from '../null-kinesis.js';
import { freshKeys } from './fresh-keys.js';
import { LoopDelay } from './loop-delay.js';
import { payloadOf, payloads } from './payloads.js';
import { RecordDigest } from './record-digest.js';

/** Where a sender sends. */
export interface PutPathWork {
  readonly endpoint: string;
  readonly stream: string;
  readonly parameters: CaseParameters;
}

/** One way to put user records into a stream. */
export interface BatchSender {
  /** Takes the records of the next lap, and makes ready what is ready beforehand by definition. Not timed. */
  load(keys: readonly string[], payloads: readonly Uint8Array[]): void | Promise<void>;
  /** Puts what was loaded and resolves once every record's outcome is known; rejects unless all are stored. Timed. */
  send(): Promise<void>;
  close(): void | Promise<void>;
}

/** User data in the proof. */
const PROOF_BYTES = 4_000_000;
const MOST_PROOF_RECORDS = 20_000;

/** The case around a sender: a proof on a stream that is decoded in full, then laps on one that is counted. */
export async function putPathCase(
  parameters: CaseParameters,
  make: (work: PutPathWork) => BatchSender | Promise<BatchSender>,
  data = payloads(numberParameter(parameters, 'recordBytes')),
): Promise<PreparedCase> {
  const keyCharacters = numberParameter(parameters, 'keyCharacters');
  const recordBytes = numberParameter(parameters, 'recordBytes');
  const lapRecords = numberParameter(parameters, 'lapRecords');
  const server = stringParameter(parameters, 'httpEndpoint');
  const endpoint = stringParameter(
    parameters,
    parameters.transport === 'tls' ? 'httpsEndpoint' : 'httpEndpoint',
  );
  const stream = `counted-${randomUUID()}`;
  const sender = await make({ endpoint, stream, parameters });
  const loopDelay = new LoopDelay();
  let laps = 0;
  let counts: StreamCounts | undefined;
  return {
    async prove() {
      const proofStream = `${CHECKED_PREFIX}${randomUUID()}`;
      const proofSender = await make({ endpoint, stream: proofStream, parameters });
      const keys = freshKeys(
        Math.min(MOST_PROOF_RECORDS, Math.ceil(PROOF_BYTES / recordBytes)),
        keyCharacters,
      );
      await proofSender.load(keys, data);
      await proofSender.send();
      await proofSender.close();
      requireSame(await takeCounts(server, proofStream), keys, data);
    },
    async stage() {
      await sender.load(freshKeys(lapRecords, keyCharacters), data);
      laps += 1;
      loopDelay.resume();
    },
    async lap() {
      await sender.send();
      loopDelay.pause();
      return lapRecords;
    },
    warmed: () => loopDelay.reset(),
    async verify() {
      counts = await takeCounts(server, stream);
      requireAll(counts, laps * lapRecords, recordBytes);
    },
    facts: () => (counts ? figures(counts, laps * lapRecords, loopDelay.p99Ms) : {}),
    close: () => sender.close(),
  };
}

async function takeCounts(server: string, stream: string): Promise<StreamCounts> {
  const response = await fetch(`${server}/counts/${stream}`);
  if (!response.ok) throw new Error(`the null server answered ${response.status}`);
  return (await response.json()) as StreamCounts;
}

/** Throws unless the stream holds exactly these records, each in its shard. */
function requireSame(counts: StreamCounts, keys: readonly string[], data: readonly Uint8Array[]): void {
  const expected = new RecordDigest();
  keys.forEach((key, index) => {
    expected.add(key, payloadOf(data, index));
  });
  if (counts.digest !== String(expected))
    throw new Error(`the stream holds ${counts.digest}; put were ${expected}`);
  if (counts.misplaced !== 0) throw new Error(`${counts.misplaced} members were sent to the wrong shard`);
}

/** Throws when a record is missing. A repeat is no loss: at least once is what the service gives. */
function requireAll(counts: StreamCounts, records: number, recordBytes: number): void {
  if (counts.userRecords < records || counts.userBytes < records * recordBytes) {
    const found = `${counts.userRecords} records, ${counts.userBytes} bytes`;
    throw new Error(`lost: the stream holds ${found}; put were ${records} of ${recordBytes} bytes`);
  }
}

function figures(counts: StreamCounts, records: number, loopDelayP99Ms: number): Record<string, number> {
  return {
    recordsPerEntry: counts.userRecords / counts.entries,
    entriesPerRequest: counts.entries / counts.requests,
    bodyBytesPerUserByte: counts.bodyBytes / counts.userBytes,
    repeats: counts.userRecords - records,
    loopDelayP99Ms,
  };
}
