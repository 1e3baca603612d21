#!/usr/bin/env node
import { helpText, parseArguments, type Target } from './arguments.js';
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
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(1);
    say(`${name}: settling what was put; once more ends at once`);
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
  const tweets = await openTweets(command.source, process.stdin);
  const ledger = openLedger(command.ledgerPath);
  if (target.kind === 'local') quietSdk();
  const stream = await openTarget(command.target, say);
  const signal = interruption();
  try {
    const facts = await ingest({
      tweets,
      target: stream,
      perSecond: command.perSecond,
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
