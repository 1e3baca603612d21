import { randomUUID } from 'node:crypto';
import { type CaseParameters, numberParameter, type PreparedCase, stringParameter } from '../benchmark.js';
import { FirstPages } from './first-pages.js';
import { LoopDelay } from './loop-delay.js';
import { type PageSpec, streamOf } from './page-spec.js';

/** Where a reader reads. */
export interface ConsumeWork {
  readonly endpoint: string;
  readonly stream: string;
  readonly shards: number;
  readonly pages: PageSpec;
  readonly parameters: CaseParameters;
}

/** One way to have the user records of a stream handed over, from the beginning of each shard. */
export interface StreamReader {
  /** Counts user records as they are handed over, until there were `records` more or a few pages beyond; answers how many. Timed. */
  read(records: number): Promise<number>;
  /** Throws unless what was counted is what was read. After the last lap. */
  verify?(): void | Promise<void>;
  close(): void | Promise<void>;
}

/** How a case reads: for its laps and, unless it does not look inside, for its proof. */
export interface ReadingWays {
  open(work: ConsumeWork): StreamReader | Promise<StreamReader>;
  /** Hands all user records to `pages` until it is complete. */
  prove?(work: ConsumeWork, pages: FirstPages): Promise<void>;
}

/** Stored records in the pages of the proof. */
const PROOF_AGGREGATES = 2;
const PROOF_RECORDS = 100;

/** The case around a way to read: a proof with small pages, each record compared, then laps with pages as they should be. */
export async function consumeCase(parameters: CaseParameters, ways: ReadingWays): Promise<PreparedCase> {
  const pages: PageSpec = {
    perAggregate: numberParameter(parameters, 'perAggregate'),
    recordBytes: numberParameter(parameters, 'recordBytes'),
    storedPerPage: numberParameter(parameters, 'storedPerPage'),
    keyCharacters: numberParameter(parameters, 'keyCharacters'),
  };
  const lapRecords = numberParameter(parameters, 'lapRecords');
  const server = stringParameter(parameters, 'httpEndpoint');
  const shards = numberParameter(parameters, 'shards');
  const endpoint = stringParameter(parameters, 'httpsEndpoint');
  const workOn = (spec: PageSpec): ConsumeWork => {
    return { endpoint, stream: streamOf(spec, randomUUID()), shards, pages: spec, parameters };
  };
  const reader = await ways.open(workOn(pages));
  const loopDelay = new LoopDelay();
  return {
    async prove() {
      if (ways.prove === undefined) return;
      const storedPerPage = pages.perAggregate > 0 ? PROOF_AGGREGATES : PROOF_RECORDS;
      const work = workOn({ ...pages, storedPerPage });
      const found = new FirstPages(shards);
      await ways.prove(work, found);
      const expected = await firstPages(server, work.stream);
      if (String(found) !== expected) throw new Error(`read ${found}; there are ${expected}`);
    },
    stage() {
      loopDelay.resume();
    },
    async lap() {
      const records = await reader.read(lapRecords);
      loopDelay.pause();
      return records;
    },
    warmed: () => loopDelay.reset(),
    verify: () => reader.verify?.(),
    facts: () => ({ loopDelayP99Ms: loopDelay.p99Ms }),
    close: () => reader.close(),
  };
}

async function firstPages(server: string, stream: string): Promise<string> {
  const response = await fetch(`${server}/first-pages/${stream}`);
  if (!response.ok) throw new Error(`the null server answered ${response.status}`);
  return (await response.json()) as string;
}
