import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { type CaseParameters, numberParameter, type PreparedCase } from '../benchmark.js';
import { aggregatedEntries, plainEntries, type ReadyEntry, requestsOf } from '../workload/entries.js';
import { type BatchSender, type PutPathWork, putPathCase } from '../workload/put-path-case.js';
import { eachInFlight, sdkClient } from '../workload/sdk-client.js';

/** Entries the service takes in one request. */
const MOST_ENTRIES = 500;
/** What the SDK sends best on the machines tried; the service takes twice as much. */
const REQUEST_BYTES = 5_242_880;

/** PutRecords of the AWS SDK for entries that are ready: user records as they are, or aggregates made beforehand. */
class SdkSender implements BatchSender {
  readonly #work: PutPathWork;
  readonly #client: KinesisClient;
  #requests: readonly ReadyEntry[][] = [];

  constructor(work: PutPathWork) {
    this.#work = work;
    this.#client = sdkClient(work.endpoint);
  }

  load(keys: readonly string[], payloads: readonly Uint8Array[]): void {
    const { parameters } = this.#work;
    if (parameters.aggregated !== true) {
      this.#requests = requestsOf(plainEntries(keys, payloads), MOST_ENTRIES, REQUEST_BYTES);
    } else if (this.#requests.length === 0) {
      // The same in every lap: nobody looks into them in the timed part.
      const shards = numberParameter(parameters, 'shards');
      const entries = aggregatedEntries(keys, payloads, shards, numberParameter(parameters, 'maxBytes'));
      this.#requests = requestsOf(entries, MOST_ENTRIES, REQUEST_BYTES);
    }
  }

  send(): Promise<void> {
    const { stream } = this.#work;
    return eachInFlight(this.#requests, async (Records) => {
      const answer = await this.#client.send(new PutRecordsCommand({ StreamName: stream, Records }));
      if (answer.FailedRecordCount !== 0 || answer.Records?.length !== Records.length) {
        throw new Error(`${answer.FailedRecordCount} of ${Records.length} entries failed`);
      }
    });
  }

  close(): void {
    this.#client.destroy();
  }
}

export function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  return putPathCase(parameters, (work) => new SdkSender(work));
}
