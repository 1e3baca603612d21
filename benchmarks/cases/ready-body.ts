import { createHash } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { cbor } from '@smithy/core/cbor';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import { aggregatedEntries, plainEntries, type ReadyEntry, requestsOf } from '../workload/entries.js';
import { type BatchSender, type PutPathWork, putPathCase } from '../workload/put-path-case.js';
import { eachInFlight, IN_FLIGHT } from '../workload/sdk-client.js';

const MOST_ENTRIES = 500;
/** The producer's default for a request. */
const REQUEST_BYTES = 2_097_152;

interface PutAnswer {
  readonly FailedRecordCount?: number;
  readonly Records?: readonly unknown[];
}

interface BodyFormat {
  readonly contentType: string;
  bodyOf(stream: string, entries: readonly ReadyEntry[]): Uint8Array;
  read(answer: Buffer): PutAnswer;
}

/**
 * The floor of the put path: request bodies that are ready, hashed as a signature demands, sent over plain sockets, answers
 * parsed. No keys are hashed, nothing is aggregated, encoded, retried or reported.
 */
class ReadyBodySender implements BatchSender {
  readonly #work: PutPathWork;
  readonly #agent: HttpAgent;
  readonly #request: typeof httpRequest;
  readonly #format: BodyFormat;
  #bodies: readonly { readonly body: Uint8Array; readonly entries: number }[] = [];

  constructor(work: PutPathWork) {
    this.#work = work;
    this.#format = formatOf(stringParameter(work.parameters, 'format'));
    const secure = work.endpoint.startsWith('https:');
    this.#request = secure ? httpsRequest : httpRequest;
    this.#agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: IN_FLIGHT });
  }

  load(keys: readonly string[], payloads: readonly Uint8Array[]): void {
    if (this.#bodies.length > 0) return;
    const { parameters, stream } = this.#work;
    const entries =
      parameters.aggregated === true
        ? aggregatedEntries(
            keys,
            payloads,
            numberParameter(parameters, 'shards'),
            numberParameter(parameters, 'maxBytes'),
          )
        : plainEntries(keys, payloads);
    this.#bodies = requestsOf(entries, MOST_ENTRIES, REQUEST_BYTES).map((request) => ({
      body: this.#format.bodyOf(stream, request),
      entries: request.length,
    }));
  }

  send(): Promise<void> {
    return eachInFlight(this.#bodies, async ({ body, entries }) => {
      const answer = await this.#post(body);
      if (answer.FailedRecordCount !== 0 || answer.Records?.length !== entries) {
        throw new Error(`the null server refused a ready body: ${JSON.stringify(answer).slice(0, 200)}`);
      }
    });
  }

  #post(body: Uint8Array): Promise<PutAnswer> {
    const headers = {
      'content-type': this.#format.contentType,
      'content-length': body.length,
      'x-amz-target': 'Kinesis_20131202.PutRecords',
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    };
    return new Promise((resolve, reject) => {
      const sent = this.#request(this.#work.endpoint, { method: 'POST', agent: this.#agent, headers });
      sent.once('error', reject);
      sent.once('response', (response: IncomingMessage) => {
        readAll(response).then((bytes) => resolve(this.#format.read(bytes)), reject);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const inJson: BodyFormat = {
  contentType: 'application/x-amz-json-1.1',
  bodyOf(stream, entries) {
    const Records = entries.map(({ Data, PartitionKey }) => ({
      Data: Buffer.from(Data.buffer, Data.byteOffset, Data.length).toString('base64'),
      PartitionKey,
    }));
    return Buffer.from(JSON.stringify({ StreamName: stream, Records }));
  },
  read: (bytes) => JSON.parse(bytes.toString('latin1')),
};

const inCbor: BodyFormat = {
  contentType: 'application/x-amz-cbor-1.1',
  bodyOf(stream, entries) {
    const Records = entries.map(({ Data, PartitionKey }) => ({ Data, PartitionKey }));
    return cbor.serialize({ StreamName: stream, Records });
  },
  read: (bytes) => cbor.deserialize(bytes),
};

function formatOf(name: string): BodyFormat {
  if (name === 'CBOR') return inCbor;
  if (name === 'JSON') return inJson;
  throw new TypeError(`no format named ${name}`);
}

export function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  return putPathCase(parameters, (work) => new ReadyBodySender(work));
}
