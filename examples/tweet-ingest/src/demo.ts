import picocolors from 'picocolors';
import { demoHelpText, parseDemoArguments } from './demo/demo-arguments.js';
import { viewColumns } from './demo/render.js';
import { runDemo } from './demo/run-demo.js';
import { LiveScreen, PlainScreen } from './demo/screen.js';
import { explainError } from './explain-error.js';
import { quietSdk } from './quiet-sdk.js';
import { machineTiming } from './timing.js';

const say = (text: string) => process.stderr.write(`${text}\n`);

/** The first SIGINT or SIGTERM ends the load, the second one the process (and with it the local Kinesis). */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(1);
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);
  return controller.signal;
}

/** Whether a view can be redrawn here: a terminal, wide enough, and nobody asked for plain lines. */
function isLive(plain: boolean): boolean {
  const { CI, NO_COLOR, TERM } = process.env;
  if (plain || CI || NO_COLOR || TERM === 'dumb') return false;
  return process.stdout.isTTY === true && process.stdout.columns >= viewColumns;
}

async function main(): Promise<number> {
  const { help, seconds, plain, seed } = parseDemoArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(`${demoHelpText}\n`);
    return 0;
  }
  quietSdk();
  const live = isLive(plain);
  const colors = picocolors.createColors(live);
  const screen = live
    ? new LiveScreen(process.stdout, colors)
    : new PlainScreen((text) => process.stdout.write(text));
  const signal = interruption();
  return (await runDemo({ seconds, seed, screen, colors, timing: machineTiming, signal })) ? 0 : 1;
}

main().then(
  (exitStatus) => {
    process.exitCode = exitStatus;
  },
  (error: unknown) => {
    const { text, exitStatus } = explainError(error, undefined);
    say(`demo: ${text}`);
    process.exit(exitStatus); // a run that has failed may still be offering load
  },
);
