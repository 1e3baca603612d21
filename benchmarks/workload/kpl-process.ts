import { mkdirSync } from 'node:fs';
import { awsEnvironment } from '../../interop/test/support/aws-environment.js';
import { LineProcess } from '../../interop/test/support/line-process.js';
import { kplFolder } from '../../interop/test/support/prepare-java.js';
import { type CaseParameters, stringParameter } from '../benchmark.js';
import { cpuSecondsOf } from './process-cpu.js';

/** Keys in one line to the process. */
const LINE_KEYS = 500;
const START_MS = 60_000;
const ANSWER_MS = 120_000;

/** How a paced run went, in microseconds. */
export interface KplPace {
  readonly records: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
}

/** The KPL for Java and its native child, fed by interop/java's KplLoad: everything that it is to put is given to it beforehand. */
export class KplProcess {
  readonly #process: LineProcess;
  #answers: (readonly string[])[] = [];
  #pids: readonly number[] = [];

  private constructor(parameters: CaseParameters) {
    const classPath = stringParameter(parameters, 'kplClassPath');
    const { hostname, port } = new URL(stringParameter(parameters, 'httpsEndpoint'));
    const folder = kplFolder(classPath);
    mkdirSync(folder, { recursive: true });
    const trusted = process.env.NODE_EXTRA_CA_CERTS ?? '';
    const flags = ['-Xmx2g', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', classPath];
    const given = [hostname, port, trusted, folder];
    this.#process = new LineProcess('java', [...flags, 'shardline.interop.KplLoad', ...given], {
      env: awsEnvironment({}),
      onLine: (fields) => {
        this.#answers.push(fields);
      },
    });
  }

  static async start(parameters: CaseParameters): Promise<KplProcess> {
    const kpl = new KplProcess(parameters);
    await kpl.#begin();
    return kpl;
  }

  async #begin(): Promise<void> {
    await this.#answer('ready', START_MS);
    this.#process.write('processes');
    this.#pids = (await this.#answer('processes', ANSWER_MS)).map(Number);
  }

  /** CPU time of the JVM and of the native child so far. */
  get cpuSeconds(): number {
    return this.#pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
  }

  /** The payloads that records take in turn. Once. */
  takePayloads(payloads: readonly Uint8Array[]): void {
    for (const payload of payloads) this.#process.write('payload', Buffer.from(payload).toString('base64'));
  }

  /** The keys of the next batch; resolves when they have arrived. */
  async takeKeys(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += LINE_KEYS)
      this.#process.write('keys', ...keys.slice(start, start + LINE_KEYS));
    this.#process.write('processes');
    await this.#answer('processes', ANSWER_MS);
  }

  /** Puts the batch and resolves when every future has completed. */
  async send(stream: string, outstanding: number): Promise<void> {
    this.#process.write('send', stream, outstanding);
    const [failed] = await this.#answer('sent', ANSWER_MS);
    if (failed !== '0') throw new Error(`the KPL failed ${failed} records:\n${this.#process.log}`);
  }

  /** Puts at a rate, with the batch's keys in turn. */
  async pace(stream: string, perSecond: number, forMs: number): Promise<KplPace> {
    this.#process.write('pace', stream, perSecond, forMs);
    const [records, failed, p50Us, p90Us, p99Us] = (await this.#answer('paced', forMs + ANSWER_MS)).map(
      Number,
    );
    if (failed !== 0 || records === undefined)
      throw new Error(`the KPL failed ${failed} of ${records} records`);
    return { records, p50Us: p50Us ?? 0, p90Us: p90Us ?? 0, p99Us: p99Us ?? 0 };
  }

  close(): Promise<void> {
    return this.#process.stop();
  }

  async #answer(what: string, withinMs: number): Promise<readonly string[]> {
    const found = () => this.#answers.find(([first]) => first === what);
    await this.#process.until(() => found() !== undefined, what, withinMs);
    const [, ...fields] = found() ?? [];
    this.#answers = this.#answers.filter(([first]) => first !== what);
    return fields;
  }
}
