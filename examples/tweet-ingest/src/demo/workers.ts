import type { Timing } from '../timing.js';
import type { DemoChild } from './child-process.js';
import { DeliveryBoard, type ShardDelivery } from './delivery-board.js';
import { Failover, type TakenOver } from './failover.js';
import type { WorkerMessage } from './worker-message.js';

/** What {@link Workers} needs. */
export interface WorkersOptions {
  readonly names: readonly string[];
  readonly start: (name: string, onMessage: (message: WorkerMessage) => void) => DemoChild;
  readonly timing: Pick<Timing, 'nowMs'>;
  /** Told when a worker delivers the first tweet of a shard that was a killed worker's. */
  readonly onTakenOver: (worker: string, takenOver: TakenOver) => void;
}

/** The worker processes of the demo, and what they say. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #children = new Map<string, DemoChild>();
  readonly #starting: Set<string>;
  readonly #board = new DeliveryBoard();
  readonly #started: Promise<void>;
  #allStarted: () => void = () => undefined;
  #failover: Failover | undefined;

  /** Starts them all. */
  constructor(options: WorkersOptions) {
    this.#options = options;
    this.#starting = new Set(options.names);
    this.#started = new Promise((resolve) => {
      this.#allStarted = resolve;
    });
    for (const name of options.names) {
      this.#children.set(
        name,
        options.start(name, (message) => this.#hear(name, message)),
      );
    }
  }

  /** Resolves once all of them have started. */
  get started(): Promise<void> {
    return this.#started;
  }

  /** Rejects when one of them ends by itself. */
  get diedEarly(): Promise<never> {
    return Promise.race([...this.#children.values()].map(({ diedEarly }) => diedEarly));
  }

  /** The kill, once there was one. */
  get failover(): Failover | undefined {
    return this.#failover;
  }

  /** Whether `shards` shards are held, and every worker holds one. */
  share(shards: number): boolean {
    const held = this.#options.names.map((name) => this.#board.heldBy(name).length);
    return held.every((count) => count > 0) && held.reduce((total, count) => total + count, 0) >= shards;
  }

  /** Who delivers which shard. */
  get deliveries(): readonly ShardDelivery[] {
    return this.#board.deliveries(this.#options.timing.nowMs());
  }

  /** Whether nothing that was put before `sinceMs` waits to be read, as far as the workers know. */
  haveCaughtUp(sinceMs: number): boolean {
    return this.#board.hasCaughtUp(sinceMs);
  }

  /** SIGKILL for the worker with the most shards. The others are to take them over. */
  killBusiest(): { readonly failover: Failover; readonly pid: number } | undefined {
    const { names, timing } = this.#options;
    const shares = names.map((name) => ({ name, shardIds: this.#board.heldBy(name) }));
    const [busiest] = shares.sort((a, b) => b.shardIds.length - a.shardIds.length);
    const child = this.#children.get(busiest?.name ?? '');
    if (!busiest || !child || busiest.shardIds.length === 0) return undefined;
    void child.kill();
    this.#failover = new Failover(busiest.name, busiest.shardIds, timing.nowMs());
    this.#board.died(busiest.name, timing.nowMs());
    return { failover: this.#failover, pid: child.pid };
  }

  /** Asks those that live to finish what they have and give their leases back. */
  async stop(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.stop(deadlineMs)));
  }

  #hear(worker: string, message: WorkerMessage): void {
    const nowMs = this.#options.timing.nowMs();
    if (worker === this.#failover?.worker) return; // said before it was killed
    switch (message.type) {
      case 'started':
        this.#starting.delete(worker);
        if (this.#starting.size === 0) this.#allStarted();
        break;
      case 'report':
        this.#board.report(worker, message, nowMs);
        break;
      case 'delivering': {
        this.#board.delivering(message.shardId);
        const takenOver = this.#failover?.delivering(message.shardId, nowMs);
        if (takenOver) this.#options.onTakenOver(worker, takenOver);
        break;
      }
      case 'finished':
        this.#board.finished(message.shardId);
        this.#failover?.finished(message.shardId);
        break;
    }
  }
}
