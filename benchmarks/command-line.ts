import { parseArgs } from 'node:util';

export interface CommandLine {
  readonly names: readonly string[];
  /** One JSON object per line instead of a table. */
  readonly json: boolean;
  /** One round of the most telling comparisons, within 30 s. */
  readonly quick: boolean;
  /** Compare with baselines/ and fail below the limit. */
  readonly compare: boolean;
  /** Write what was measured to baselines/. */
  readonly writeBaseline: boolean;
  /** Major of the Node to measure, fetched when it is not there; undefined for the one that runs. */
  readonly node: string | undefined;
}

/** A command line that cannot be obeyed. The message says what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the arguments after the script's name. `known` are the benchmarks' names. */
export function readCommandLine(parameters: readonly string[], known: readonly string[]): CommandLine {
  const { values, positionals } = parse(parameters);
  for (const name of positionals) {
    if (!known.includes(name))
      throw new UsageError(`no benchmark named "${name}"; there are: ${known.join(', ')}`);
  }
  const { json = false, quick = false, compare = false } = values;
  const writeBaseline = values['write-baseline'] ?? false;
  if (positionals.length === 0 && (compare || writeBaseline)) {
    throw new UsageError(`name the benchmarks to measure: ${known.join(' ')}`);
  }
  if (quick && (compare || writeBaseline)) {
    throw new UsageError(
      'ratios of a quick run are too rough: --compare and --write-baseline need a full one',
    );
  }
  if (compare && writeBaseline) {
    throw new UsageError('--compare and --write-baseline in one run would compare a baseline with itself');
  }
  const { node } = values;
  if (node !== undefined && !/^\d+(\.\d+)*$/.test(node))
    throw new UsageError(`--node takes a version such as 24, not "${node}"`);
  return { names: [...new Set(positionals)], json, quick, compare, writeBaseline, node };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      // `pnpm bench -- --quick` hands the separator on.
      args: parameters.filter((parameter) => parameter !== '--'),
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        quick: { type: 'boolean' },
        compare: { type: 'boolean' },
        'write-baseline': { type: 'boolean' },
        node: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
