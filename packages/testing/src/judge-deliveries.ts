import { DeliveredPlaces } from './delivered-places.js';
import { ranAhead } from './delivery-runs.js';
import type { DeliveryTrouble, DeliveryVerdict } from './delivery-verdict.js';
import type { LedgerSource } from './judge-stream.js';
import type { AcceptedRecord, DeliveredRecord, LedgerEvent } from './ledger-event.js';
import { TroubleList } from './trouble-list.js';

/** What deliveries are judged by. */
export interface DeliveryJudgeOptions {
  /**
   * Whether a record may be delivered again from the same place. Only a test without crashes, in which every hand-off
   * checkpoints, can say no.
   * @defaultValue true
   */
  readonly redeliveryAllowed?: boolean;
  /**
   * What runs in order: the records of a `'key'`, or all of a `'shard'`, as a handler sees them that takes one at a time.
   * @defaultValue 'key'
   */
  readonly ordering?: 'key' | 'shard' | 'none';
  /**
   * How many records of each kind of trouble the verdict names.
   * @defaultValue 10
   */
  readonly listed?: number;
}

/** Holds what workers noted against what producers did. */
export async function judgeDeliveries(
  producers: readonly LedgerSource[],
  workers: readonly LedgerSource[],
  options: DeliveryJudgeOptions,
): Promise<DeliveryVerdict> {
  const judge = new DeliveryJudge(options);
  for (const [producer, ledger] of producers.entries()) {
    await readEach(ledger, 'accepted', (event) => judge.addAccepted(event, producer));
  }
  for (const ledger of producers) {
    await readEach(ledger, 'failed', ({ id, mayBeStored }) => judge.addFailed(id, mayBeStored));
  }
  for (const ledger of workers) {
    judge.beginWorker();
    await readEach(ledger, 'delivered', (event) => judge.addDelivered(event));
  }
  return judge.verdict();
}

async function readEach<Kind extends LedgerEvent['event']>(
  ledger: LedgerSource,
  kind: Kind,
  take: (event: Extract<LedgerEvent, { readonly event: Kind }>) => void,
): Promise<void> {
  const isKind = (event: LedgerEvent): event is Extract<LedgerEvent, { readonly event: Kind }> =>
    event.event === kind;
  for await (const events of ledger(kind)) events.filter(isKind).forEach(take);
}

/** What is known of an accepted record. */
interface Accepted {
  readonly id: string;
  readonly key: string;
  readonly producer: number;
  /** Of a failed one, whether it may be stored. */
  failed: boolean | undefined;
  deliveries: number;
  readonly places: number[];
}

/** Goes through what was accepted, then through what was delivered, then through the order of both. */
class DeliveryJudge {
  readonly #options: DeliveryJudgeOptions;
  readonly #troubles: TroubleList<DeliveryTrouble>;
  readonly #records: Accepted[] = [];
  readonly #numberOf = new Map<string, number>();
  readonly #places = new DeliveredPlaces();
  /** For each worker the places delivered to it, one after the other. */
  readonly #runs: number[][] = [];
  readonly #deliveries: number[] = [];

  constructor(options: DeliveryJudgeOptions) {
    this.#options = options;
    this.#troubles = new TroubleList(options.listed ?? 10);
  }

  addAccepted({ id, key }: AcceptedRecord, producer: number): void {
    if (this.#numberOf.has(id)) this.#troubles.add('misreported', `${id} (accepted twice)`);
    else {
      this.#numberOf.set(id, this.#records.length);
      this.#records.push({ id, key, producer, failed: undefined, deliveries: 0, places: [] });
    }
  }

  addFailed(id: string, mayBeStored: boolean): void {
    const record = this.#records[this.#numberOf.get(id) ?? -1];
    if (!record) this.#troubles.add('misreported', `${id} (failed, never accepted)`);
    else if (record.failed !== undefined) this.#troubles.add('misreported', `${id} (failed twice)`);
    else record.failed = mayBeStored;
  }

  beginWorker(): void {
    this.#runs.push([]);
    this.#deliveries.push(0);
  }

  addDelivered(delivered: DeliveredRecord): void {
    const worker = this.#runs.length - 1;
    this.#deliveries[worker] = (this.#deliveries[worker] ?? 0) + 1;
    const { id, key } = delivered;
    const number = this.#numberOf.get(id) ?? -1;
    const record = this.#records[number];
    if (!record || record.key !== key) {
      this.#troubles.add('unexpected', record ? `${id} with the key ${JSON.stringify(key)}` : id);
      return;
    }
    const place = this.#places.add(delivered, worker, number);
    this.#runs[worker]?.push(place);
    if (this.#places.recordAt(place) !== number) {
      const first = this.#records[this.#places.recordAt(place)]?.id;
      this.#troubles.add('unexpected', `${id} from the place of ${first}, ${this.#places.describe(place)}`);
    }
    record.deliveries += 1;
    if (record.places.includes(place)) this.#troubles.add('samePlace', id);
    else if (record.places.push(place) > 1) this.#troubles.add('storedAgain', id);
  }

  verdict(): DeliveryVerdict {
    const records = this.#records;
    for (const { id, failed, deliveries } of records) {
      if (failed === undefined && deliveries === 0) this.#troubles.add('lost', id);
      if (failed === false && deliveries > 0) this.#troubles.add('wronglyFailed', id);
    }
    this.#judgeOrder();
    const failed = records.filter((record) => record.failed !== undefined);
    const delivered = records.filter((record) => record.deliveries > 0).length;
    const failedButDelivered = failed.filter(({ deliveries }) => deliveries > 0).length;
    const count = (trouble: DeliveryTrouble) => this.#troubles.count(trouble);
    const faults = this.#faults();
    return {
      ok: faults.length === 0,
      faults,
      accepted: records.length,
      delivered: delivered - failedButDelivered,
      deliveredAgain: count('samePlace') + count('storedAgain'),
      samePlace: count('samePlace'),
      storedAgain: count('storedAgain'),
      lost: count('lost'),
      outOfOrder: count('outOfOrder'),
      unexpected: count('unexpected'),
      failed: failed.length,
      failedButDelivered,
      wronglyFailed: count('wronglyFailed'),
      misreported: count('misreported'),
      deliveries: this.#deliveries,
      examples: this.#examples(),
    };
  }

  #judgeOrder(): void {
    const ranks = this.#places.ranks();
    for (const [worker, places] of this.#runs.entries()) {
      for (const run of this.#groups(places)) this.#judgeRun(run, worker, ranks);
    }
    this.#judgeAcceptance(ranks);
  }

  /** What one worker was delivered of one key or shard. */
  #judgeRun(run: readonly number[], worker: number, ranks: Int32Array): void {
    const rankOf = (place: number) => ranks[place] ?? -1;
    const onlyHere = run.filter((place) => this.#places.isOnlyOf(place, worker)).map(rankOf);
    for (const index of ranAhead(run.map(rankOf), new Set(onlyHere))) {
      const place = run[index] ?? -1;
      const id = this.#records[this.#places.recordAt(place)]?.id;
      this.#troubles.add('outOfOrder', `${id} from ${this.#places.describe(place)}`);
    }
  }

  /** First copies of each producer's records of a key stand in the order of acceptance. */
  #judgeAcceptance(ranks: Int32Array): void {
    const furthest = new Map<string, number>();
    for (const { id, key, producer, failed, places } of this.#records) {
      if (failed !== undefined || places.length === 0) continue;
      const rank = places.reduce((least, place) => Math.min(least, ranks[place] ?? least), ranks.length);
      const series = `${producer} ${key}`;
      if (rank < (furthest.get(series) ?? -1)) this.#troubles.add('outOfOrder', `${id} as stored`);
      else furthest.set(series, rank);
    }
  }

  #groups(places: readonly number[]): Iterable<number[]> {
    const groups = new Map<string, number[]>();
    for (const place of places) {
      const key = this.#records[this.#places.recordAt(place)]?.key ?? '';
      const name = this.#options.ordering === 'shard' ? this.#places.shardIdAt(place) : key;
      const group = groups.get(name);
      if (group) group.push(place);
      else groups.set(name, [place]);
    }
    return groups.values();
  }

  #faults(): string[] {
    const { redeliveryAllowed = true, ordering = 'key' } = this.#options;
    const forbidden: readonly (readonly [DeliveryTrouble, string])[] = [
      ['lost', 'accepted and never delivered'],
      ...(redeliveryAllowed ? [] : ([['samePlace', 'delivered again']] as const)),
      ...(ordering === 'none' ? [] : ([['outOfOrder', 'delivered out of order']] as const)),
      ['unexpected', 'delivered that nobody put'],
      ['wronglyFailed', 'delivered although reported as not stored'],
      ['misreported', 'accepted twice, failed twice, or failed without having been accepted'],
    ];
    const found = forbidden
      .filter(([trouble]) => this.#troubles.count(trouble) > 0)
      .map(([trouble, words]) => `${this.#troubles.count(trouble)} ${words}`);
    // An empty ledger, or the wrong one, proves nothing.
    return this.#records.length === 0 ? ['no record was accepted', ...found] : found;
  }

  #examples(): DeliveryVerdict['examples'] {
    const examples = (trouble: DeliveryTrouble) => this.#troubles.examples(trouble);
    return {
      samePlace: examples('samePlace'),
      storedAgain: examples('storedAgain'),
      lost: examples('lost'),
      outOfOrder: examples('outOfOrder'),
      unexpected: examples('unexpected'),
      wronglyFailed: examples('wronglyFailed'),
      misreported: examples('misreported'),
    };
  }
}
