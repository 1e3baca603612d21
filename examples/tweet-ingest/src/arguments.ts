import { parseArgs } from 'node:util';
import { type CountCommand, countCommandOf, countHelp, countOptions } from './count-arguments.js';
import { type NamedStream, namedStream, wholeNumber } from './option-values.js';
import { UsageError } from './usage-error.js';

/** Where `ingest` reads from. */
export type Source =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'generator'; readonly count: number; readonly seed: number };

/** Where `ingest` puts to; `local` is a local Kinesis inside this process. */
export type Target = { readonly kind: 'local' } | NamedStream;

/** What `ingest` is asked for. */
export interface IngestCommand {
  readonly kind: 'ingest';
  readonly source: Source;
  readonly target: Target;
  /** Most tweets offered in a second. */
  readonly perSecond: number | undefined;
  readonly ledgerPath: string | undefined;
}

/** What the command line asks for. */
export type Command = { readonly kind: 'help' } | IngestCommand | CountCommand;

/** Shown by `--help`. */
export const helpText = `Puts tweets into a Kinesis data stream and says what became of each; counts the hashtags of a stream's tweets.

Usage: tweet-ingest ingest [FILE | -] [options]
       tweet-ingest ingest --generate N [options]
       tweet-ingest count --stream NAME|ARN [options]

ingest:
  FILE               NDJSON, one tweet of X API v2 a line ({"data":{…}} or the bare tweet); - is standard input
  --generate N       N made-up tweets instead of a file
  --seed N           which made-up tweets; the same number gives the same tweets (default 1)
  --rate N           at most N tweets a second (default: as fast as the stream takes them)

  --stream NAME|ARN  the stream; without it, a local Kinesis with 4 shards inside this process
  --region REGION    AWS region (default: from the ARN, AWS_REGION or the profile)
  --endpoint URL     another Kinesis endpoint, such as one of @shardline/local

  --ledger FILE      write down every accepted tweet, then read the stream back and compare

count, tweets per hashtag, shard and window of arrival:
${countHelp}

  --help             this text

Credentials are found as the AWS CLI finds them. Exit status: 0 all stored, 1 failures or loss, 2 nothing was done
because of the command line, the input, the stream, the table or the credentials, 130 or 143 interrupted.`;

const ingestOptions = {
  stream: { type: 'string' },
  region: { type: 'string' },
  endpoint: { type: 'string' },
  rate: { type: 'string' },
  generate: { type: 'string' },
  seed: { type: 'string' },
  ledger: { type: 'string' },
} as const;

const options = { ...ingestOptions, ...countOptions, help: { type: 'boolean', short: 'h' } } as const;

type Values = { readonly [Name in keyof typeof ingestOptions]?: string };

/**
 * Reads the command line. Throws {@link UsageError} for whatever is wrong with it.
 *
 * @param stdinIsTerminal - True where nothing is piped in, so that waiting for input would look like hanging.
 */
export function parseArguments(argv: readonly string[], stdinIsTerminal: boolean): Command {
  const { values, positionals } = parsed(argv);
  if (values.help || (argv.length === 1 && argv[0] === 'help')) return { kind: 'help' };
  const [command, ...files] = positionals;
  if (command !== 'ingest' && command !== 'count') {
    const known = 'The commands are "ingest" and "count".';
    throw new UsageError(
      command === undefined ? `No command given. ${known}` : `Unknown command "${command}". ${known}`,
    );
  }
  checkValues(command, values);
  if (command === 'count') {
    if (files[0] !== undefined)
      throw new UsageError(`count reads a stream, no file; received "${files[0]}".`);
    return countCommandOf(values);
  }
  return {
    kind: 'ingest',
    source: sourceOf(values, files, stdinIsTerminal),
    target: targetOf(values),
    perSecond: values.rate === undefined ? undefined : wholeNumber('rate', values.rate, 1, 10_000_000),
    ledgerPath: values.ledger,
  };
}

/** An option of the other command would be passed over in silence; a value that is empty is a variable not set. */
function checkValues(command: 'ingest' | 'count', values: Readonly<Record<string, unknown>>): void {
  const own = command === 'ingest' ? ingestOptions : countOptions;
  for (const [name, value] of Object.entries(values)) {
    if (value === '') throw new UsageError(`--${name} needs a value.`);
    if (name in own) continue;
    throw new UsageError(`--${name} is an option of "${command === 'ingest' ? 'count' : 'ingest'}".`);
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw UsageError.ofParser(error, Object.keys(options));
  }
}

function sourceOf(values: Values, files: readonly string[], stdinIsTerminal: boolean): Source {
  const [path, another] = files;
  if (another !== undefined) throw new UsageError(`One file at a time; received "${path}" and "${another}".`);
  if (values.generate !== undefined) {
    if (path !== undefined)
      throw new UsageError(`Give either FILE or --generate; received "${path}" and --generate.`);
    const seed = values.seed === undefined ? 1 : wholeNumber('seed', values.seed, 0, 4_294_967_295);
    const count = wholeNumber('generate', values.generate, 1, Number.MAX_SAFE_INTEGER);
    return { kind: 'generator', count, seed };
  }
  if (values.seed !== undefined) throw new UsageError('--seed is for --generate; a file is read as it is.');
  if (path === undefined && stdinIsTerminal) {
    throw new UsageError('Nothing to read. Give a FILE, pipe lines in, or use --generate N.');
  }
  return path === undefined || path === '-' ? { kind: 'stdin' } : { kind: 'file', path };
}

function targetOf({ stream, ...place }: Values): Target {
  if (stream !== undefined) return namedStream(stream, place);
  const stray = place.region !== undefined ? '--region' : '--endpoint';
  if (place.region === undefined && place.endpoint === undefined) return { kind: 'local' };
  throw new UsageError(`${stray} needs --stream: the local Kinesis inside this process has neither.`);
}
