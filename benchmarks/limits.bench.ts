import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { CaseParameters, Trial, TrialWork, Verdict } from './benchmark.js';
import { runCase } from './run-case.js';
import {
  countsInMs,
  type LimitScenario,
  limitScenarios,
  producerParameters,
  quickLimitScenarios,
} from './workload/limit-scenario.js';
import { brokenLimit, limitShares, type ProducerTake } from './workload/limit-shares.js';

/** Scenarios at once: each is as slow as its shards. */
const AT_ONCE = 2;
/** Wall time of a producer's process besides. */
const REST_MS = 20_000;

/** The SDK would write its warning into every case's output. */
const environment = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

interface LimitedServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

async function startLimitedServer(scenario: LimitScenario, bundleFolder: string): Promise<LimitedServer> {
  const child = fork(join(bundleFolder, 'limited-server.js'), [], { execArgv: ['--enable-source-maps'] });
  const ended = once(child, 'exit');
  child.send({ shards: scenario.shards, latencyMs: scenario.latencyMs });
  const first = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`the local Kinesis ended at once (exit status ${child.exitCode})`);
  return {
    endpoint: String(first[0]),
    async close() {
      child.disconnect();
      await ended;
    },
  };
}

async function takeOf(
  scenario: LimitScenario,
  index: number,
  parameters: CaseParameters,
  bundleFolder: string,
): Promise<ProducerTake> {
  await setTimeout(index * scenario.apartMs);
  const wallLimitMs = countsInMs(scenario) + scenario.countMs + REST_MS;
  const request = { module: 'limits', parameters, warmMs: 0, measureMs: 0, wallLimitMs };
  const { facts } = await runCase(bundleFolder, request, environment);
  return facts as unknown as ProducerTake;
}

async function tryScenario(scenario: LimitScenario, bundleFolder: string): Promise<Verdict> {
  const server = await startLimitedServer(scenario, bundleFolder);
  try {
    const parameters = producerParameters(scenario, server.endpoint, Date.now() + countsInMs(scenario));
    const takes = await Promise.all(
      Array.from({ length: scenario.producers }, (_, index) =>
        takeOf(scenario, index, parameters, bundleFolder),
      ),
    );
    const shares = limitShares(takes, scenario.shards);
    return {
      trial: 'limits',
      name: scenario.name,
      broken: brokenLimit(shares, scenario.goal),
      facts: { ...shares, sentEntries: takes.reduce((sum, take) => sum + take.sentEntries, 0) },
    };
  } finally {
    await server.close();
  }
}

/** Producers that are offered three times what the shards take: how much is stored, refused, and who gets it? */
export const limits: Trial = {
  name: 'limits',
  summary: 'how much of a stream’s limits producers use, alone and together, and how often they are refused',
  async run({ quick, bundleFolder, tell }: TrialWork) {
    const waiting = [...(quick ? quickLimitScenarios : limitScenarios)];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        tell(await tryScenario(next, bundleFolder));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  },
};
