#!/usr/bin/env node
import { helpText, type IngestCommand, parseArguments, type Target } from './arguments.js';
import { countTweets } from './count.js';
import type { CountCommand } from './count-arguments.js';
import { countSummaryOf } from './count-summary.js';
import { explainError } from './explain-error.js';
import { ingest } from './ingest.js';
import { openLedger } from './open-ledger.js';
import { openTweets } from './open-tweets.js';
import { quietSdk } from './quiet-sdk.js';
import { nothingFailed, summaryOf } from './summary.js';
import { openTarget } from './target-stream.js';
import { machineTiming } from './timing.js';

const say = (text: string) => process.stderr.write(`${text}\n`);
const print = (text: string) => process.stdout.write(`${text}\n`);

/** The first SIGINT or SIGTERM ends the reading, the second one the process. */
function interruption(what: string): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(1);
    say(`${name}: ${what}; once more ends at once`);
    controller.abort(name);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);
  return controller.signal;
}

/** As a shell reports a program that a signal ended: its input is not finished, whatever else went well. */
function statusOf(name: unknown): number {
  return name === 'SIGINT' ? 130 : 143;
}

let target: Target | undefined;

async function main(): Promise<number> {
  const command = parseArguments(process.argv.slice(2), process.stdin.isTTY === true);
  if (command.kind === 'help') {
    print(helpText);
    return 0;
  }
  target = command.target;
  return command.kind === 'ingest' ? runIngest(command) : runCount(command);
}

async function runIngest({ source, target, perSecond, ledgerPath }: IngestCommand): Promise<number> {
  const tweets = await openTweets(source, process.stdin);
  const ledger = openLedger(ledgerPath);
  if (target.kind === 'local') quietSdk();
  const stream = await openTarget(target, say);
  const signal = interruption('settling what was put');
  try {
    const facts = await ingest({
      tweets,
      target: stream,
      perSecond,
      timing: machineTiming,
      say,
      signal,
      ledger: ledger?.tweets,
    });
    for (const line of summaryOf(facts)) print(line);
    const intact = ledger === undefined || (await ledger.check(stream, print));
    if (!intact || !nothingFailed(facts)) return 1;
    return signal.aborted ? statusOf(signal.reason) : 0;
  } finally {
    await stream.close();
  }
}

async function runCount(command: CountCommand): Promise<number> {
  const stream = await openTarget(command.target, say);
  const signal = interruption('finishing what is read');
  const startMs = machineTiming.nowMs();
  const { facts, end } = await countTweets({
    command,
    target: stream,
    timing: machineTiming,
    print,
    say,
    signal,
  });
  for (const line of countSummaryOf(facts, machineTiming.nowMs() - startMs)) say(line);
  if (end.error) throw end.error;
  return statusOf(signal.reason);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main().then(
  (exitStatus) => {
    process.exitCode = exitStatus;
  },
  (error: unknown) => {
    const { text, exitStatus } = explainError(error, target);
    say(`tweet-ingest: ${text}`);
    process.exitCode = exitStatus;
  },
);
