import { parseArgs } from 'node:util';
import { wholeNumber } from '../option-values.js';
import { UsageError } from '../usage-error.js';

/** What the demo's command line asks for. */
export interface DemoArguments {
  readonly help: boolean;
  /** How long load is offered, in seconds. */
  readonly seconds: number;
  /** One line a second instead of a view that is redrawn. */
  readonly plain: boolean;
  readonly seed: number;
}

/** Shown by `--help`. */
export const demoHelpText = `Puts made-up tweets into a local Kinesis faster than it takes them one by one, reads them with two workers, splits a shard,
kills a worker, and proves that nothing is lost.

Usage: npm run demo -- [--seconds N] [--plain] [--seed N]

  --seconds N   how long to offer load, 2 to 120 (default 20)
  --plain       one line a second instead of a live view; also without a terminal, with CI or NO_COLOR set
  --seed N      which tweets; the same number gives the same tweets (default 1)

Exit status: 0 nothing lost and in order, 1 loss or disorder, 2 the command line is wrong or
the demo cannot run here.`;

const options = {
  seconds: { type: 'string', default: '20' },
  plain: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads the demo's command line. Throws {@link UsageError} for whatever is wrong with it. */
export function parseDemoArguments(argv: readonly string[]): DemoArguments {
  const { values, positionals } = parsed(argv);
  if (positionals[0] !== undefined) throw new UsageError(`Unexpected "${positionals[0]}". See --help.`);
  return {
    help: values.help,
    seconds: wholeNumber('seconds', values.seconds, 2, 120),
    plain: values.plain,
    seed: wholeNumber('seed', values.seed, 0, 4_294_967_295),
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw UsageError.ofParser(error, Object.keys(options));
  }
}
