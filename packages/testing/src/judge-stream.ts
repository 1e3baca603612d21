import type { AcceptedRecord, LedgerEvent } from './ledger-event.js';
import { type Identify, StoredLog } from './stored-log.js';
import type { StoredPage } from './stored-page.js';
import { TroubleList } from './trouble-list.js';
import type { Trouble, Verdict, VerdictExamples } from './verdict.js';

/** What a stream is judged by. */
export interface StreamJudgeOptions {
  /** What the stream holds, parents before children: `readStream`, or pages made by hand. */
  readonly stored: AsyncIterable<StoredPage> | Iterable<StoredPage>;
  /** Recognises a user record of the stream. */
  readonly identify: Identify;
  /**
   * Whether a record may be in the stream more than once. An unanswered attempt may leave a repeat, so only a test in which
   * every request is answered can say no.
   * @defaultValue true
   */
  readonly repeatsAllowed?: boolean;
  /**
   * Whether first copies must stand in the order of acceptance for each key.
   * @defaultValue 'key'
   */
  readonly ordering?: 'key' | 'none';
  /**
   * How many records of each kind of trouble the verdict names.
   * @defaultValue 10
   */
  readonly listed?: number;
}

/** The events of one ledger in the order in which they were written; `only` one kind if asked for. */
export type LedgerSource = (
  only?: LedgerEvent['event'],
) => Iterable<readonly LedgerEvent[]> | AsyncIterable<readonly LedgerEvent[]>;

/** Holds a stream against ledgers. Reads the stream first: it may be read while the ledgers are still written. */
export async function judgeStream(
  ledgers: readonly LedgerSource[],
  options: StreamJudgeOptions,
): Promise<Verdict> {
  const troubles = new TroubleList(options.listed ?? 10);
  const log = new StoredLog(options.identify, troubles);
  for await (const page of options.stored) log.addPage(page);
  const judge = new Judge(log, troubles, await failuresIn(ledgers, troubles));
  for (const ledger of ledgers) {
    judge.beginLedger();
    for await (const events of ledger('accepted')) {
      for (const event of events) if (event.event === 'accepted') judge.addAccepted(event);
    }
  }
  return judge.verdict(options);
}

async function failuresIn(
  ledgers: readonly LedgerSource[],
  troubles: TroubleList,
): Promise<Map<string, boolean>> {
  const failures = new Map<string, boolean>();
  for (const ledger of ledgers) {
    for await (const events of ledger('failed')) {
      for (const event of events) {
        if (event.event !== 'failed') continue;
        if (failures.has(event.id)) troubles.add('misreported', `${event.id} (failed twice)`);
        failures.set(event.id, event.mayBeStored);
      }
    }
  }
  return failures;
}

/** Goes through the accepted records in order and finds each in the stream. */
class Judge {
  readonly #log: StoredLog;
  readonly #troubles: TroubleList;
  /** Failed ids not yet met among the accepted, with whether they may be stored. */
  readonly #failures: Map<string, boolean>;
  /** By position in the stream: whether the record there was accepted. */
  readonly #acceptedAt: boolean[] = [];
  readonly #acceptedNotStored = new Set<string>();
  /** By key number: the furthest position of a record of this ledger. */
  #furthest = new Map<number, number>();
  #accepted = 0;
  #stored = 0;
  #failed = 0;
  #failedButStored = 0;

  constructor(log: StoredLog, troubles: TroubleList, failures: Map<string, boolean>) {
    this.#log = log;
    this.#troubles = troubles;
    this.#failures = failures;
  }

  /** Order is judged within one ledger only. */
  beginLedger(): void {
    this.#furthest = new Map();
  }

  addAccepted(record: AcceptedRecord): void {
    const { id } = record;
    const found = this.#log.positionOf(id);
    if (found === undefined ? this.#acceptedNotStored.has(id) : this.#acceptedAt[found]) {
      this.#troubles.add('misreported', `${id} (accepted twice)`);
      return;
    }
    this.#accepted += 1;
    const position = found !== undefined && this.#isThatRecord(record, found) ? found : undefined;
    if (position === undefined) this.#acceptedNotStored.add(id);
    else this.#noteCopies(record, position);
    const mayBeStored = this.#failures.get(id);
    if (mayBeStored !== undefined) this.#addFailed(id, mayBeStored, position);
    else if (position === undefined) this.#troubles.add('lost', id);
    else this.#addStored(record, position);
  }

  #isThatRecord({ key }: AcceptedRecord, position: number): boolean {
    return this.#log.keyNumberAt(position) === this.#log.keyNumberOf(key);
  }

  /** What must hold for every accepted record that is there, failed or not. */
  #noteCopies({ id, checksum }: AcceptedRecord, position: number): void {
    this.#acceptedAt[position] = true;
    if (checksum !== undefined && this.#log.checksumAt(position) !== checksum)
      this.#troubles.add('altered', id);
    const repeats = this.#log.copiesAt(position) - 1;
    if (repeats > 0) this.#troubles.add('repeats', id, repeats);
  }

  #addFailed(id: string, mayBeStored: boolean, position: number | undefined): void {
    this.#failures.delete(id);
    this.#failed += 1;
    if (position === undefined) return;
    this.#failedButStored += 1;
    if (!mayBeStored) this.#troubles.add('wronglyFailed', id);
  }

  #addStored({ id }: AcceptedRecord, position: number): void {
    this.#stored += 1;
    const keyNumber = this.#log.keyNumberAt(position) ?? -1;
    if (position < (this.#furthest.get(keyNumber) ?? -1)) this.#troubles.add('outOfOrder', id);
    else this.#furthest.set(keyNumber, position);
  }

  verdict({ repeatsAllowed = true, ordering = 'key' }: StreamJudgeOptions): Verdict {
    for (const [id, position] of this.#log.ids()) {
      if (!this.#acceptedAt[position]) this.#troubles.add('unexpected', id, this.#log.copiesAt(position));
    }
    for (const id of this.#failures.keys())
      this.#troubles.add('misreported', `${id} (failed, never accepted)`);
    const forbidden = forbiddenTroubles(repeatsAllowed, ordering === 'key');
    const faults = forbidden
      .filter(({ trouble }) => this.#troubles.count(trouble) > 0)
      .map(({ trouble, words }) => `${this.#troubles.count(trouble)} ${words}`);
    const count = (trouble: Trouble) => this.#troubles.count(trouble);
    return {
      ok: faults.length === 0,
      faults,
      accepted: this.#accepted,
      stored: this.#stored,
      repeats: count('repeats'),
      lost: count('lost'),
      outOfOrder: count('outOfOrder'),
      unexpected: count('unexpected'),
      altered: count('altered'),
      failed: this.#failed,
      failedButStored: this.#failedButStored,
      wronglyFailed: count('wronglyFailed'),
      misreported: count('misreported'),
      dropped: this.#log.dropped,
      records: this.#log.records,
      examples: examplesOf(this.#troubles),
    };
  }
}

function forbiddenTroubles(
  repeatsAllowed: boolean,
  ordered: boolean,
): { readonly trouble: Trouble; readonly words: string }[] {
  return [
    { trouble: 'lost', words: 'lost' },
    ...(repeatsAllowed ? [] : [{ trouble: 'repeats', words: 'repeated' } as const]),
    ...(ordered ? [{ trouble: 'outOfOrder', words: 'out of order' } as const] : []),
    { trouble: 'unexpected', words: 'that nobody put' },
    { trouble: 'altered', words: 'with other data than was put' },
    { trouble: 'wronglyFailed', words: 'stored although reported as not stored' },
    { trouble: 'misreported', words: 'accepted twice, failed twice, or failed without having been accepted' },
  ];
}

function examplesOf(troubles: TroubleList): VerdictExamples {
  return {
    lost: troubles.examples('lost'),
    repeats: troubles.examples('repeats'),
    outOfOrder: troubles.examples('outOfOrder'),
    unexpected: troubles.examples('unexpected'),
    altered: troubles.examples('altered'),
    wronglyFailed: troubles.examples('wronglyFailed'),
    misreported: troubles.examples('misreported'),
  };
}
