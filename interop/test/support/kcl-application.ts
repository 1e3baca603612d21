import { awsEnvironment } from './aws-environment.js';
import type { Deadline } from './deadline.js';
import { startJava } from './java-process.js';
import type { LineProcess } from './line-process.js';

/** A user record as a record processor of the KCL got it. */
export interface KclRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  readonly subSequenceNumber: number;
  readonly aggregated: boolean;
  readonly arrivalMs: number;
  readonly partitionKey: string;
  readonly data: string;
}

export interface KclOptions {
  readonly classPath: string;
  readonly stream: string;
  /** Also the name of its lease table, and of its consumer. */
  readonly application: string;
  readonly reads: 'polling' | 'fan-out';
  readonly kinesisEndpoint: string;
  readonly dynamoDbEndpoint: string;
  /** For all that it is waited for. Its first start alone may take long: it waits up to 30 s, by chance, for somebody else's. */
  readonly leftMs: Deadline;
  /** Of the JVM. */
  readonly flags?: readonly string[];
}

/** A KCL application, and all that it was given so far. */
export class KclApplication {
  readonly records: KclRecord[] = [];
  /** Shards that were read to their end, with how many records had come by then. */
  readonly ended = new Map<string, number>();
  readonly started = new Set<string>();
  readonly #process: LineProcess;
  readonly #leftMs: Deadline;

  constructor(options: KclOptions) {
    const { classPath, stream, application, reads, kinesisEndpoint, dynamoDbEndpoint, flags = [] } = options;
    this.#leftMs = options.leftMs;
    const endpoints = {
      AWS_ENDPOINT_URL_KINESIS: kinesisEndpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint,
    };
    this.#process = startJava(classPath, 'KclApplication', [stream, application, reads], {
      env: awsEnvironment(endpoints),
      flags,
      onLine: (fields) => this.#hear(fields),
    });
  }

  /** What it logged last, for a failure's message. */
  get log(): string {
    return this.#process.log;
  }

  /** Once it has been given so many different records. */
  async delivered(count: number): Promise<void> {
    await this.#process.until(() => this.#distinct >= count, `${count} records`, this.#leftMs());
  }

  /** Once it works on so many shards, ended ones included. */
  async working(shards: number): Promise<void> {
    await this.#process.until(() => this.started.size >= shards, `${shards} shards`, this.#leftMs());
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  #distinct = 0;
  readonly #seen = new Set<string>();

  #hear([what, shardId = '', ...rest]: readonly string[]): void {
    if (what === 'started') this.started.add(shardId);
    if (what === 'ended' && !this.ended.has(shardId)) this.ended.set(shardId, this.records.length);
    if (what !== 'record') return;
    const [sequenceNumber = '', subSequence = '', aggregated, arrival, key = '', , data = ''] = rest;
    const subSequenceNumber = Number(subSequence);
    this.records.push({
      shardId,
      sequenceNumber,
      subSequenceNumber,
      aggregated: aggregated === 'true',
      arrivalMs: Number(arrival),
      partitionKey: text(key),
      data: text(data),
    });
    this.#seen.add(`${sequenceNumber}/${subSequenceNumber}`);
    this.#distinct = this.#seen.size;
  }
}

function text(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
