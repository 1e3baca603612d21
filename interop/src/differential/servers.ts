import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLocalKinesis } from '@shardline/local';
import { ChildGroup, endWithStdin } from '../child-group.js';
import { settled } from './play.js';
import type { Pace, Scenario } from './scenario.js';
import { Wire } from './wire.js';

/** A server that a scenario can be played against, with the scenario's streams ACTIVE. */
export interface Stage {
  readonly wire: Wire;
  close(): Promise<void>;
}

const BRISK_MS = 60;
const STUCK_MS = 3_600_000;
/** A process on a busy machine takes its time. */
const STARTS_WITHIN_MS = 150_000;
const PROBE_MS = 2_000;
const ATTEMPTS = 3;
const KEPT_LOG_LENGTH = 4_000;

/** Ours, in this process, for one scenario. Limits of rate are lifted: the other server knows few. */
export async function ourStage(scenario: Scenario, accountId: string): Promise<Stage> {
  const server = await startLocalKinesis({
    accountId,
    limits: 'none',
    transitionMs: scenario.pace === 'brisk' ? BRISK_MS : STUCK_MS,
    streams: Object.entries(scenario.streams).map(([name, shards]) =>
      shards === 0 ? { name, mode: 'on-demand' } : { name, shards },
    ),
  });
  const wire = new Wire(server.endpoint, accountId);
  return {
    wire,
    async close() {
      wire.close();
      await server.close();
    },
  };
}

/** kinesis-local in a process of its own, for all scenarios of one pace. */
export class KinesisLocalProcess {
  readonly endpoint: string;
  readonly #process: ChildGroup;

  #log = '';

  private constructor(endpoint: string, group: ChildGroup) {
    this.endpoint = endpoint;
    this.#process = group;
    for (const output of [group.child.stdout, group.child.stderr]) {
      output.on('data', (chunk: Buffer) => this.#note(chunk));
    }
  }

  static async start(pace: Pace): Promise<KinesisLocalProcess> {
    for (let attempt = 1; ; attempt += 1) {
      const server = await KinesisLocalProcess.#spawn(pace);
      const failure = await server.#failure();
      if (failure === undefined) return server;
      // A port that was free a moment ago may be somebody else's by now.
      const tryAgain = server.#process.hasEnded && attempt < ATTEMPTS;
      await server.close();
      if (!tryAgain) throw new Error(failure);
    }
  }

  static async #spawn(pace: Pace): Promise<KinesisLocalProcess> {
    const [plainPort, tlsPort] = await freePorts(2);
    const main = createRequire(import.meta.url).resolve('kinesis-local');
    const child = new ChildGroup(process.execPath, [...endWithStdin, main], {
      // It reads its certificate from the folder it runs in.
      cwd: dirname(main),
      env: {
        PATH: process.env.PATH,
        ...settings(pace),
        KINESIS_MOCK_PLAIN_PORT: String(plainPort),
        KINESIS_MOCK_TLS_PORT: String(tlsPort),
      },
    });
    return new KinesisLocalProcess(`http://127.0.0.1:${plainPort}`, child);
  }

  async stage(scenario: Scenario, accountId: string): Promise<Stage> {
    const wire = new Wire(this.endpoint, accountId);
    for (const [StreamName, ShardCount] of Object.entries(scenario.streams)) {
      const StreamModeDetails = { StreamMode: ShardCount === 0 ? 'ON_DEMAND' : 'PROVISIONED' };
      const body = { StreamName, StreamModeDetails, ...(ShardCount === 0 ? {} : { ShardCount }) };
      await wire.call('CreateStream', body);
      await settled(async () => {
        const answer = await wire.call('DescribeStreamSummary', { StreamName });
        const { StreamDescriptionSummary: summary } = answer.body as {
          StreamDescriptionSummary?: { StreamStatus: string };
        };
        return summary?.StreamStatus ?? 'CREATING';
      });
    }
    return { wire, close: async () => wire.close() };
  }

  close(): Promise<void> {
    return this.#process.stop();
  }

  /** Why it does not answer, once it does not; undefined once it does. */
  async #failure(): Promise<string | undefined> {
    const untilMs = Date.now() + STARTS_WITHIN_MS;
    while (Date.now() < untilMs && !this.#process.hasEnded) {
      const signal = AbortSignal.timeout(PROBE_MS);
      const response = await fetch(`${this.endpoint}/healthcheck`, { signal }).catch(() => undefined);
      if (response?.ok) return undefined;
      await sleep(50);
    }
    const how = this.#process.hasEnded ? 'ended at once' : `did not answer within ${STARTS_WITHIN_MS} ms`;
    return `kinesis-local ${how}:\n${this.#log}`;
  }

  #note(chunk: Buffer): void {
    this.#log = `${this.#log}${chunk}`.slice(-KEPT_LOG_LENGTH);
  }
}

function settings(pace: Pace): Readonly<Record<string, string>> {
  const change = pace === 'brisk' ? `${BRISK_MS}ms` : `${STUCK_MS}ms`;
  const changes = [
    'DELETE_STREAM',
    'REGISTER_STREAM_CONSUMER',
    'DEREGISTER_STREAM_CONSUMER',
    'START_STREAM_ENCRYPTION',
  ];
  changes.push(
    'STOP_STREAM_ENCRYPTION',
    'MERGE_SHARDS',
    'SPLIT_SHARD',
    'UPDATE_SHARD_COUNT',
    'UPDATE_STREAM_MODE',
  );
  return {
    CREATE_STREAM_DURATION: pace === 'unborn' ? change : `${BRISK_MS}ms`,
    ...Object.fromEntries(changes.map((name) => [`${name}_DURATION`, change])),
    // The service's quotas, where it has room for them.
    SHARD_LIMIT: '20000',
    ON_DEMAND_STREAM_COUNT_LIMIT: '50',
    LOAD_DATA_IF_EXISTS: 'false',
    LOG_LEVEL: 'ERROR',
  };
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
