import { ShardlineError } from '@shardline/core';
import { delay } from '@shardline/core/internal';
import type { SimulatedProcess, World } from '@shardline/testing';
import type { LeaseStore } from '../../src/lease-store.js';
import type { LeaseAudit } from './lease-audit.js';
import type { StorePlan } from './plan.js';

/** What a store at the other end of a network rejects with. */
class StoreUnavailableError extends ShardlineError {
  override readonly code = 'STORE_UNAVAILABLE';

  constructor(what: string) {
    super(`The lease table ${what}.`, { retryable: true });
  }
}

/** How often each thing went wrong, over all workers. */
export interface StoreMishaps {
  throttled: number;
  lost: number;
  stalled: number;
  late: number;
}

/** What the workers of one scenario share of their store. */
export interface SharedStore {
  readonly world: World;
  readonly audit: LeaseAudit;
  readonly plan: StorePlan;
  readonly counts: StoreMishaps;
  /** False once everything is to work. */
  shaky: boolean;
}

/** The store as one worker reaches it: slow, throttled, its answers lost, its writes sometimes done after the caller gave up. */
export function shakyStore(shared: SharedStore, process: SimulatedProcess): LeaseStore {
  const reach =
    <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      const signal = args.find((arg) => arg instanceof AbortSignal);
      const remote = process.remote(() => answered(shared, () => call(...args), signal));
      return remote();
    };
  const { audit } = shared;
  return {
    open: async () => (audit.opened ? 'existed' : audit.open()),
    list: reach((signal?: AbortSignal) => audit.list(signal && undefined)),
    get: reach((key: string) => audit.get(key)),
    create: reach((lease) => audit.create(lease)),
    take: reach((lease, workerId) => audit.take(lease, workerId)),
    renew: reach((lease, throughputKBps) => audit.renew(lease, throughputKBps)),
    checkpoint: reach((lease, checkpoint) => audit.checkpoint(lease, checkpoint)),
    prepareCheckpoint: reach((lease, pending) => audit.prepareCheckpoint(lease, pending)),
    startHandoff: reach((lease, workerId) => audit.startHandoff(lease, workerId)),
    assign: reach((lease, workerId) => audit.assign(lease, workerId)),
    release: reach((lease) => audit.release(lease)),
    updateMetadata: reach((key, metadata) => audit.updateMetadata(key, metadata)),
    delete: reach((lease) => audit.delete(lease)),
    close: async () => undefined,
  };
}

async function answered<Result>(
  shared: SharedStore,
  call: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const { world, plan, counts } = shared;
  const { clock, random } = world;
  await delay(clock, random.next() * plan.latencyMs);
  const mishap = shared.shaky ? drawMishap(plan, random.next()) : undefined;
  if (mishap !== undefined) counts[mishap] += 1;
  if (mishap === 'throttled') throw new StoreUnavailableError('throttles');
  const result = mishap === undefined || mishap === 'lost' ? await call() : undefined;
  if (mishap === undefined) {
    await delay(clock, random.next() * plan.latencyMs);
    return result as Result;
  }
  await givenUp(signal);
  if (mishap === 'late') {
    void delay(clock, random.next() * 3_000).then(call);
  }
  throw new StoreUnavailableError('did not answer');
}

function drawMishap(plan: StorePlan, drawn: number): keyof StoreMishaps | undefined {
  let share = 0;
  for (const kind of ['throttled', 'lost', 'stalled', 'late'] as const) {
    share += plan[kind];
    if (drawn < share) return kind;
  }
  return undefined;
}

/** Whoever calls gives up some time: every call has a signal. */
function givenUp(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) throw new Error('A call to the store has no signal.');
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
