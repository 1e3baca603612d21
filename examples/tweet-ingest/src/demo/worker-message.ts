import type { ServerConfig } from './servers-process.js';

/** One shard that a worker holds. */
export interface HeldShard {
  readonly shardId: string;
  /** Undefined before the first answer of the service. */
  readonly behindMs: number | undefined;
}

/** What a worker of the demo tells its parent. */
export type WorkerMessage =
  | { readonly type: 'started' }
  /** Some times a second: what it holds, and how many tweets of each shard were delivered to it since its start. */
  | {
      readonly type: 'report';
      readonly held: readonly HeldShard[];
      readonly delivered: Readonly<Record<string, number>>;
    }
  /** The first tweet of a shard since its lease was gained is delivered. */
  | { readonly type: 'delivering'; readonly shardId: string }
  /** Everything of a closed shard is delivered. */
  | { readonly type: 'finished'; readonly shardId: string };

/** What a worker is started with, as JSON in its only argument. */
export interface WorkerArguments {
  readonly name: string;
  readonly stream: string;
  readonly kinesis: ServerConfig;
  readonly leaseTable: ServerConfig;
  readonly failoverMs: number;
  /** File to note every delivery in. */
  readonly ledgerPath: string;
}
