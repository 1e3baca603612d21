import { delay } from '@shardline/core/internal';
import type { LocalKinesis } from '@shardline/local';
import type { SimulatedProcess, World } from '@shardline/testing';
import { Consumer } from '../../src/consumer.js';
import type { ConsumerEvent } from '../../src/events.js';
import { localKinesisReads } from '../support/local-kinesis-reads.js';
import type { DeliveryLog, Life } from './delivery-log.js';
import { handlersOf } from './handlers.js';
import type { Plan } from './plan.js';
import { ReadsWatch } from './reads-watch.js';
import { type SharedStore, shakyStore } from './shaky-store.js';

/** What a {@link Fleet} is built from. */
export interface FleetParts {
  readonly world: World;
  readonly plan: Plan;
  readonly kinesis: LocalKinesis;
  readonly stream: string;
  readonly store: SharedStore;
  readonly log: DeliveryLog;
  readonly violations: string[];
}

interface Member {
  readonly process: SimulatedProcess;
  readonly consumer: Consumer;
  readonly workerId: () => string;
}

/** What befalls workers; a kind that never happens tests nothing. */
export const happenings = [
  'crash',
  'pause',
  'stop',
  'handed-over',
  'expired',
  'fenced',
  'give-back',
  'split',
  'merge',
] as const;
export type Happening = (typeof happenings)[number];

/** The workers of one application: started, killed, paused and stopped. */
export class Fleet {
  readonly #parts: FleetParts;
  readonly #failures = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #readSinceMs = new Map<string, number>();
  #members: Member[] = [];
  #started = 0;

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  /** Codes of the errors that workers reported, with their number. */
  get errors(): ReadonlyMap<string, number> {
    return this.#errors;
  }

  /** How often each thing happened. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** When a shard was first read in its last life that began at LATEST. */
  readSinceMs(shardId: string): number {
    return this.#readSinceMs.get(shardId) ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Starts a worker in a process of its own; resolves when it runs, or when it is killed before. */
  async add(): Promise<void> {
    const { world, plan, stream, store, log, violations } = this.#parts;
    this.#started += 1;
    const name = `worker-${this.#started}`;
    const process = world.process(name);
    process.skewMs = plan.skewMs * (this.#started % 3);
    let ids = 0;
    const newWorkerId = () => {
      ids += 1;
      return `${name}#${ids}`;
    };
    const workerId = () => `${name}#${ids}`;
    const { clock, random } = process;
    const lives = new Map<string, Life>();
    const watch = this.#watch(process, lives);
    const handlers = handlersOf({
      plan,
      process,
      lifeOf: (shardId) => lifeIn(lives, shardId),
      hold: (...args) => watch.hold(...args),
      audit: store.audit,
      log,
      workerId,
      failures: this.#failures,
      violations,
      shaky: () => store.shaky,
    });
    const consumer = new Consumer(
      {
        stream,
        applicationName: 'simulated',
        leaseStore: shakyStore(store, process),
        initialPosition: positionOf(plan, world),
        failoverMs: plan.failoverMs,
        maxBufferedBytes: plan.maxBufferedBytes,
        ...handlers,
        onError: (error) => this.#note(error),
        onEvent: (event) => {
          process.trace(JSON.stringify(event));
          this.#noteEvent(event);
          if (event.type !== 'lease-gained') return;
          const { shardId, checkpoint } = event;
          lives.set(shardId, { shardId, workerId: workerId(), checkpoint, readSinceMs: undefined });
        },
      },
      { reads: watch.reads, clock, random, newWorkerId },
    );
    const member = { process, consumer, workerId };
    this.#members.push(member);
    await Promise.race([process.spawn(() => this.#start(member)), killed(process)]);
  }

  /** The service as a worker reaches it; `lives` are its own. */
  #watch(process: SimulatedProcess, lives: ReadonlyMap<string, Life>): ReadsWatch {
    const { world, plan, kinesis, stream, log, violations } = this.#parts;
    const call = process.remote((...args: Parameters<LocalKinesis['call']>) => kinesis.call(...args));
    return new ReadsWatch({
      reads: localKinesisReads(
        (...args) => call(...args),
        stream,
        () => world.clock.now(),
      ),
      random: process.random,
      pageLimit: plan.pageLimit,
      maxBufferedBytes: plan.maxBufferedBytes,
      violations,
      onRead: (shardId) => {
        const life = lives.get(shardId);
        if (life?.checkpoint.sequenceNumber !== 'LATEST' || life.readSinceMs !== undefined) return;
        life.readSinceMs = world.clock.now();
        this.#readSinceMs.set(shardId, life.readSinceMs);
      },
      onOpen: (shardId) => {
        if (log.hasFailed(lives.get(shardId))) this.#count('give-back');
      },
    });
  }

  /** Start may fail while the store is shaky; a service would be started again by its supervisor. */
  async #start({ consumer, process }: Member): Promise<void> {
    for (;;) {
      try {
        await consumer.start();
        return;
      } catch (error) {
        this.#note(error);
        if (consumer.health().state !== 'new') return;
        await delay(process.clock, 1_000);
      }
    }
  }

  /** SIGKILL. */
  kill(): void {
    const member = this.#draw();
    if (member === undefined) return;
    this.#drop(member);
    this.#count('crash');
    member.process.kill();
  }

  /** The process stands still: a long pause of the collector, or a machine that was suspended. */
  pause(ms: number): void {
    const member = this.#draw();
    if (member === undefined) return;
    this.#count('pause');
    member.process.pause(ms);
  }

  /** A polite stop: afterwards no lease is this worker's. */
  async stop(deadlineMs: number): Promise<void> {
    const member = this.#draw();
    if (member === undefined) return;
    this.#count('stop');
    await this.#stop(member, deadlineMs);
  }

  /** Stops everybody. */
  async stopAll(): Promise<void> {
    await Promise.all(this.#members.map((member) => this.#stop(member, 10_000)));
  }

  /** C7: what a worker says it holds; {@link ReadsWatch} counts for itself. */
  checkBounds(): void {
    for (const { consumer } of this.#members) {
      const { bufferedBytes } = consumer.health();
      if (bufferedBytes > this.#parts.plan.maxBufferedBytes)
        throw new Error(`C7: ${bufferedBytes} bytes are buffered`);
    }
  }

  async #stop(member: Member, deadlineMs: number): Promise<void> {
    const { process, consumer, workerId } = member;
    this.#drop(member);
    const { shaky } = this.#parts.store;
    process.resume();
    await process.spawn(() => consumer.stop({ deadlineMs }));
    // What goes wrong while the store is shaky is left to expire.
    if (shaky) return;
    const { audit } = this.#parts.store;
    const left = (await audit.list()).filter((lease) => audit.ownerOf(lease.leaseKey) === workerId());
    const open = left.filter(({ checkpoint }) => checkpoint.sequenceNumber !== 'SHARD_END');
    if (open.length > 0) throw new Error(`${workerId()} stopped and left ${open.map((one) => one.leaseKey)}`);
  }

  #drop(member: Member): void {
    this.#members = this.#members.filter((one) => one !== member);
  }

  #draw(): Member | undefined {
    return this.#members[Math.floor(this.#parts.world.random.next() * this.#members.length)];
  }

  #noteEvent(event: ConsumerEvent): void {
    const { type } = event;
    if (type === 'lease-gained' || type === 'lease-released' || type === 'shard-ended')
      this.#count(event.reason);
  }

  #count(what: Happening | ConsumerEvent['reason']): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  #note(error: unknown): void {
    const code = (error as { code?: string } | null)?.code ?? String((error as Error)?.stack ?? error);
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }
}

function lifeIn(lives: ReadonlyMap<string, Life>, shardId: string): Life {
  const life = lives.get(shardId);
  if (life === undefined) throw new Error(`A handler is called for ${shardId}, whose lease was not gained.`);
  return life;
}

function positionOf({ initialPosition }: Plan, { clock }: World): 'trim-horizon' | 'latest' | Date {
  if (initialPosition === 'at-timestamp') return new Date(clock.now());
  return initialPosition === 'bare-latest' ? 'latest' : initialPosition;
}

function killed({ signal }: SimulatedProcess): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
