import type { CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import type { Clock } from '@shardline/core';
import { callWithin } from '@shardline/core/internal';
import { type CallFacts, callAborted, callFailed } from './call-failed.js';
import type { LeaseTableCall } from './errors.js';
import { type Change, type Conditions, conditionMembers, updateMembers } from './expressions.js';
import type { Item, TableApi } from './table-api.js';

/** How a conditional write of an item went. */
export type ItemWrite =
  | { readonly written: true; readonly item: Item }
  /** The item that was there instead, read no earlier than the condition failed; undefined: there was none. */
  | { readonly written: false; readonly item: Item | undefined };

/** Has a refused write answered with what was there, so that the loser of a race need not ask again. */
const onConflict = Object.freeze({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const);

/**
 * The calls to one table: each ends within the time-out or when its signal fires, and rejects with a `LeaseTableError` alone.
 * A condition that fails is an answer.
 */
export class LeaseTable {
  readonly name: string;
  readonly #api: TableApi;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor(name: string, api: TableApi, clock: Clock, timeoutMs: number) {
    this.name = name;
    this.#api = api;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  describe(signal?: AbortSignal): Promise<TableDescription> {
    return this.#call('DescribeTable', undefined, signal, (fired) =>
      this.#api.describeTable(this.name, fired),
    );
  }

  create(input: Omit<CreateTableCommandInput, 'TableName'>, signal?: AbortSignal): Promise<void> {
    const whole = { TableName: this.name, ...input };
    return this.#call('CreateTable', undefined, signal, (fired) => this.#api.createTable(whole, fired));
  }

  /** Every item, page by page, as of no earlier than its page's call. */
  async items(signal?: AbortSignal): Promise<readonly Item[]> {
    const all: Item[] = [];
    let start: Item | undefined;
    do {
      const input = {
        TableName: this.name,
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      };
      const page = await this.#call('Scan', undefined, signal, (fired) => this.#api.scan(input, fired));
      all.push(...page.items);
      start = page.next;
    } while (start);
    return all;
  }

  get(leaseKey: string, signal?: AbortSignal): Promise<Item | undefined> {
    const input = { ...this.#at(leaseKey), ConsistentRead: true };
    return this.#call('GetItem', leaseKey, signal, (fired) => this.#api.getItem(input, fired));
  }

  /** Puts an item whose key must not be there yet. */
  put(leaseKey: string, item: Item, signal?: AbortSignal): Promise<ItemWrite> {
    const when = conditionMembers({ leaseKey: 'absent' });
    const input = { TableName: this.name, Item: item, ...when, ...onConflict };
    return this.#write('PutItem', leaseKey, signal, async (fired) => {
      await this.#api.putItem(input, fired);
      return item;
    });
  }

  update(leaseKey: string, change: Change, signal?: AbortSignal): Promise<ItemWrite> {
    const input = {
      ...this.#at(leaseKey),
      ...updateMembers(change),
      ReturnValues: 'ALL_NEW' as const,
      ...onConflict,
    };
    return this.#write('UpdateItem', leaseKey, signal, (fired) => this.#api.updateItem(input, fired));
  }

  /** Deletes an item; the item of the answer is empty. */
  delete(leaseKey: string, when: Conditions, signal?: AbortSignal): Promise<ItemWrite> {
    const input = { ...this.#at(leaseKey), ...conditionMembers(when), ...onConflict };
    return this.#write('DeleteItem', leaseKey, signal, async (fired) => {
      await this.#api.deleteItem(input, fired);
      return {};
    });
  }

  /**
   * A server may not know how to answer a refused write with the item (local ones mostly do not), and says nothing where there
   * was none: both are read again.
   */
  async #write(
    call: LeaseTableCall,
    leaseKey: string,
    signal: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<Item>,
  ): Promise<ItemWrite> {
    const end = await this.#call<ItemWrite | { readonly old: Item | undefined }>(
      call,
      leaseKey,
      signal,
      (fired) =>
        run(fired).then(
          (item) => ({ written: true, item }) as const,
          (error: unknown) => ({ old: oldItemOf(error) }),
        ),
    );
    if ('written' in end) return end;
    return { written: false, item: end.old ?? (await this.get(leaseKey, signal)) };
  }

  async #call<Result>(
    call: LeaseTableCall,
    leaseKey: string | undefined,
    signal: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const facts: CallFacts = { tableName: this.name, call, leaseKey };
    try {
      return await callWithin(this.#clock, this.#timeoutMs, run, signal);
    } catch (error) {
      throw signal?.aborted ? callAborted(facts, signal.reason) : callFailed(facts, error);
    }
  }

  #at(leaseKey: string) {
    return { TableName: this.name, Key: { leaseKey: { S: leaseKey } } };
  }
}

/** The item that made a condition fail, where the server says it; throws on every other error. */
function oldItemOf(error: unknown): Item | undefined {
  const { name, Item: item } = error as { readonly name?: unknown; readonly Item?: Item };
  if (name === 'ConditionalCheckFailedException') return item;
  throw error;
}
