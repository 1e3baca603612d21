import type { Outcomes, Producer, UserRecord } from '@shardline/producer';
import { freshKeys } from './fresh-keys.js';
import type { MemoryScenario } from './memory-scenario.js';
import { payloadOf } from './payloads.js';

const KEY_CHARACTERS = 36;
/** Records in one `putMany`. */
const CALL_RECORDS = 100;
/** Put in one turn of the event loop, at most. */
const TURN_BYTES = 1_000_000;
/** Records that an application leaves waiting which looks now and then whether any wait. */
const FEW_WAITING = 1;

/** An application that puts whatever its producer takes, and keeps nothing of it. */
export class Pressure {
  readonly #producer: Producer;
  readonly #scenario: MemoryScenario;
  readonly #payloads: readonly Uint8Array[];
  readonly #mostWaiting: number;
  readonly #turnRecords: number;
  #fullTurns = 0;
  #isRefused = false;
  #isWaitingForRoom = false;
  #stored = 0;
  #failed = 0;

  constructor(producer: Producer, scenario: MemoryScenario, payloads: readonly Uint8Array[]) {
    this.#producer = producer;
    this.#scenario = scenario;
    this.#payloads = payloads;
    this.#mostWaiting = scenario.fillsWaiting ? Number.POSITIVE_INFINITY : FEW_WAITING;
    this.#turnRecords = Math.min(1_000, Math.ceil(TURN_BYTES / scenario.recordBytes));
  }

  /** Records stored so far. */
  get stored(): number {
    return this.#stored;
  }

  /** Records that were not stored, those that were refused for want of room included. */
  get failed(): number {
    return this.#failed;
  }

  /** Puts for one turn of the event loop, unless what was put before still waits. */
  put(): void {
    if (this.#isWaitingForRoom || this.#producer.stats().waitingPuts >= this.#mostWaiting) return;
    this.#isRefused = false;
    const keys = freshKeys(this.#turnRecords, KEY_CHARACTERS);
    switch (this.#scenario.way) {
      case 'put':
        for (let index = 0; index < keys.length; index++)
          this.#producer.put(this.#record(keys, index)).then(this.#onStored, this.#onFailed);
        break;
      case 'put-many':
        for (let start = 0; start < keys.length; start += CALL_RECORDS) this.#putMany(keys, start);
        break;
      case 'try-put':
        this.#tryPut(keys);
    }
  }

  /** Turns so far in which there was no room. */
  get fullTurns(): number {
    return this.#fullTurns;
  }

  /** Whether there is room for more: nothing that was put last came back, or waits where that is what full means. */
  lookForRoom(): boolean {
    const { fillsWaiting } = this.#scenario;
    const isFull =
      this.#isRefused || this.#isWaitingForRoom || (!fillsWaiting && this.#producer.stats().waitingPuts > 0);
    if (isFull) this.#fullTurns += 1;
    return !isFull;
  }

  /** The listener that `tryPut` needs. */
  readonly onOutcomes = (outcomes: Outcomes): void => {
    if (this.#scenario.way === 'try-put') this.#onOutcomes(outcomes);
  };

  #putMany(keys: readonly string[], start: number): void {
    const records: UserRecord[] = [];
    const end = Math.min(keys.length, start + CALL_RECORDS);
    for (let index = start; index < end; index++) records.push(this.#record(keys, index));
    this.#producer.putMany(records).then(this.#onOutcomes, this.#onFailed);
  }

  #tryPut(keys: readonly string[]): void {
    for (let index = 0; index < keys.length; index++) {
      if (this.#producer.tryPut(this.#record(keys, index))) continue;
      this.#isWaitingForRoom = true;
      const done = () => {
        this.#isWaitingForRoom = false;
      };
      this.#producer.waitForRoom().then(done, done);
      return;
    }
  }

  /** Where puts that wait are counted, each holds memory of its own, as it would in an application. */
  #record(keys: readonly string[], index: number): UserRecord {
    const data = payloadOf(this.#payloads, index);
    return {
      partitionKey: keys[index] as string,
      data: this.#scenario.fillsWaiting ? new Uint8Array(data) : data,
    };
  }

  readonly #onStored = (): void => {
    this.#stored += 1;
  };

  readonly #onFailed = (): void => {
    this.#failed += 1;
    this.#isRefused = true;
  };

  readonly #onOutcomes = (outcomes: Outcomes): void => {
    let failed = 0;
    for (const _failure of outcomes.failures()) failed += 1;
    this.#failed += failed;
    this.#stored += outcomes.length - failed;
    if (failed > 0) this.#isRefused = true;
  };
}
