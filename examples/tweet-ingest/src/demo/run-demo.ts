import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Colors } from 'picocolors/types.js';
import type { Timing } from '../timing.js';
import { TweetGenerator } from '../tweet-generator.js';
import type { DemoArguments } from './demo-arguments.js';
import { DemoRun } from './demo-run.js';
import { expectedLoad } from './expected-load.js';
import { headerLines } from './header-lines.js';
import { passed, reportLines } from './report-lines.js';
import type { Screen } from './screen.js';
import { type DemoServers, startServers } from './servers-process.js';
import { startWorker } from './worker-process.js';
import { Workers } from './workers.js';

/** What {@link runDemo} is given. */
export interface DemoOptions extends Pick<DemoArguments, 'seconds' | 'seed'> {
  readonly screen: Screen;
  readonly colors: Colors;
  readonly timing: Timing;
  /** Ends the load early; what was put is judged all the same. */
  readonly signal: AbortSignal;
}

const stream = 'tweets';
const shards = 4;
const workerNames = ['w1', 'w2'];
/** 1.3 times what four shards take in records; in bytes it fits, whatever the seed (see authors.ts). */
const perSecond = 5_200;
/** Short, so that the demo is: 10 s is what you get unless you ask for less. */
const failoverMs = 4_000;
/** The load does not wait longer for the workers to share the shards. */
const shareWithinMs = 5_000;

/** Runs the demonstration from its header to its verdict. Says whether nothing was lost or out of order. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const { seconds, seed, screen, colors } = options;
  const expected = expectedLoad(new TweetGenerator({ seed, perSecond }), perSecond, shards);
  for (const line of headerLines(expected, { shards, seconds, seed, failoverMs })) screen.say(line);
  screen.say('Starting the servers and both workers.');
  const folder = deliveriesFolder();
  const servers = await startServers(stream, shards);
  try {
    const { timesRecordCap } = expected;
    const run = runWorkers(options, servers, folder);
    const result = { ...(await Promise.race([run, servers.diedEarly])), timesRecordCap };
    screen.close();
    for (const line of reportLines(result, colors)) screen.say(line);
    return passed(result);
  } finally {
    screen.close();
    await servers.stop(0);
  }
}

async function runWorkers(options: DemoOptions, servers: DemoServers, folder: string) {
  const { seconds, seed, screen, timing, signal } = options;
  const { kinesis, leaseTable } = servers;
  const ledgerPathOf = (name: string) => join(folder, `${name}.ledger`);
  let run: DemoRun | undefined;
  const workers = new Workers({
    names: workerNames,
    start: (name, onMessage) => {
      const ledgerPath = ledgerPathOf(name);
      return startWorker({ name, stream, kinesis, leaseTable, failoverMs, ledgerPath }, onMessage);
    },
    timing,
    onTakenOver: (worker, takenOver) => run?.noticeTakenOver(worker, takenOver),
  });
  try {
    await Promise.race([shared(workers, timing, signal), workers.diedEarly, servers.diedEarly]);
    run = new DemoRun({
      clientConfig: kinesis,
      stream,
      generator: new TweetGenerator({ seed, perSecond }),
      perSecond,
      loadMs: seconds * 1_000,
      workers,
      deliveryPaths: workerNames.map(ledgerPathOf),
      failoverMs,
      screen,
      timing,
      signal,
    });
    return await Promise.race([run.run(), workers.diedEarly]);
  } finally {
    await workers.stop(0);
  }
}

/** Waits until the workers have started, and some time for each to have its share. */
async function shared(workers: Workers, timing: Timing, signal: AbortSignal): Promise<void> {
  await workers.started;
  const untilMs = timing.nowMs() + shareWithinMs;
  while (!signal.aborted && !workers.share(shards) && timing.nowMs() < untilMs) {
    await timing.sleep(100, signal);
  }
}

/** A folder for the workers' ledgers, which goes with the process. */
function deliveriesFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shardline-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
