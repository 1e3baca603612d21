import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Clock } from '@shardline/core';
import { delay } from '@shardline/core/internal';
import { type LeaseTableCall, LeaseTableError, LeaseTableMismatchError } from './errors.js';
import type { LeaseTable } from './lease-table.js';
import { requireLeaseKey, tableState } from './table-schema.js';

/** First and longest pause between two looks. A table on demand is there after some seconds. */
const firstPauseMs = 100;
const longestPauseMs = 1_000;
/** Longest wait for a table that is being created or deleted. */
const giveUpAfterMs = 300_000;
/** Calls that may fail in a row while the table is opened. */
const patience = 5;

/** What to do about the table. */
export interface OpenPlan {
  readonly clock: Clock;
  /** What to create when there is none; undefined: nothing. */
  readonly create: Omit<CreateTableCommandInput, 'TableName'> | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Finds the table, or creates it, and waits until it can be used.
 *
 * ```
 * look ──usable──▶ done
 *  ▲ │└─missing──▶ create ──made, being made by another, or unanswered──┐
 *  │ └──pending, or a passing fault──▶ pause ◀──────────────────────────┘
 *  └───────────────────────────────────┘
 * ```
 *
 * `'created'` when a CreateTable of this call was answered with success: one that went unanswered may have been another's.
 */
export async function openTable(table: LeaseTable, plan: OpenPlan): Promise<'created' | 'existed'> {
  const { clock, signal } = plan;
  const opening = new Opening(table, plan);
  const startMs = clock.monotonic();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const end = await opening.step();
    if (end) return end;
    if (clock.monotonic() - startMs >= giveUpAfterMs) throw notReady(table.name);
    await delay(clock, pauseMs, signal);
  }
}

class Opening {
  readonly #table: LeaseTable;
  readonly #plan: OpenPlan;
  #made = false;
  #failures = 0;

  constructor(table: LeaseTable, plan: OpenPlan) {
    this.#table = table;
    this.#plan = plan;
  }

  /** Looks, and creates what is missing; undefined: look again later. */
  async step(): Promise<'created' | 'existed' | undefined> {
    try {
      const found = await look(this.#table, this.#made, this.#plan.signal);
      if (found === 'usable') return this.#made ? 'created' : 'existed';
      if (found instanceof LeaseTableError) await this.#make(found);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!mayPass(error) || this.#failures >= patience) throw error;
    }
    return undefined;
  }

  /** That another worker creates the table is as good. */
  async #make(missing: LeaseTableError): Promise<void> {
    const { create, signal } = this.#plan;
    if (!create) throw missing;
    try {
      await this.#table.create(create, signal);
      this.#made = true;
    } catch (error) {
      if (!(error instanceof LeaseTableError) || error.serviceError !== 'ResourceInUseException') throw error;
    }
  }
}

/** The table's state, or the error that says that there is none. */
async function look(
  table: LeaseTable,
  made: boolean,
  signal: AbortSignal | undefined,
): Promise<'usable' | 'pending' | LeaseTableError> {
  try {
    const described = await table.describe(signal);
    requireLeaseKey(table.name, described);
    const state = tableState(described, made);
    if (state === 'locked-out') throw lockedOut(table.name, described.TableStatus);
    return state;
  } catch (error) {
    if (codeOf(error) === 'LEASE_TABLE_NOT_FOUND') return error as LeaseTableError;
    if (codeOf(error) === 'ACCESS_DENIED') return await probe(table, signal);
    throw error;
  }
}

/**
 * Without the right to describe the table, reading one item tells as much: a table of another key refuses the read, and one that is
 * being created is not found.
 */
async function probe(
  table: LeaseTable,
  signal: AbortSignal | undefined,
): Promise<'usable' | LeaseTableError> {
  try {
    await table.get('shardId-000000000000', signal);
    return 'usable';
  } catch (error) {
    if (codeOf(error) === 'LEASE_TABLE_NOT_FOUND') return error as LeaseTableError;
    if (error instanceof LeaseTableError && error.serviceError === 'ValidationException') {
      throw new LeaseTableMismatchError(table.name, 'another one', error);
    }
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof LeaseTableError ? error.code : undefined;
}

function mayPass(error: unknown): boolean {
  return error instanceof LeaseTableError && error.retryable && error.code !== 'LEASE_CALL_ABORTED';
}

function notReady(tableName: string): LeaseTableError {
  const message =
    `Table "${tableName}" could not be used ${giveUpAfterMs / 1_000} s after it was asked for: it is being created or deleted. ` +
    'See its state in the console, then start again.';
  return new LeaseTableError('LEASE_TABLE_NOT_READY', message, facts(tableName, 'NotReady', true));
}

function lockedOut(tableName: string, status: string | undefined): LeaseTableError {
  const message =
    `Table "${tableName}" is in state ${status}: its KMS key cannot be used. ` +
    'Enable the key and grant its use; an archived table must be restored from its backup.';
  return new LeaseTableError('ENCRYPTION_KEY_UNUSABLE', message, facts(tableName, `${status}`, false));
}

function facts(tableName: string, serviceError: string, retryable: boolean) {
  const call: LeaseTableCall = 'DescribeTable';
  return { tableName, call, leaseKey: undefined, serviceError, retryable, cause: undefined };
}
