import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.js';

/** Where `ingest` reads from. */
export type Source =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'generator'; readonly count: number; readonly seed: number };

/** Where `ingest` puts to; `local` is a local Kinesis inside this process. */
export type Target =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'stream';
      /** Name or ARN. */
      readonly stream: string;
      readonly region: string | undefined;
      readonly endpoint: string | undefined;
    };

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'ingest';
      readonly source: Source;
      readonly target: Target;
      /** Most tweets offered in a second. */
      readonly perSecond: number | undefined;
      readonly ledgerPath: string | undefined;
    };

/** Shown by `--help`. */
export const helpText = `Puts tweets into a Kinesis data stream and says what became of each.

Usage: tweet-ingest ingest [FILE | -] [options]
       tweet-ingest ingest --generate N [options]

  FILE               NDJSON, one tweet of X API v2 a line ({"data":{…}} or the bare tweet); - is standard input
  --generate N       N made-up tweets instead of a file
  --seed N           which made-up tweets; the same number gives the same tweets (default 1)
  --rate N           at most N tweets a second (default: as fast as the stream takes them)

  --stream NAME|ARN  the stream; without it, a local Kinesis with 4 shards inside this process
  --region REGION    AWS region (default: from the ARN, AWS_REGION or the profile)
  --endpoint URL     another Kinesis endpoint, such as one of @shardline/local

  --ledger FILE      write down every accepted tweet, then read the stream back and compare

  --help             this text

Credentials are found as the AWS CLI finds them. Exit status: 0 all stored, 1 failures or loss, 2 nothing was done
because of the command line, the input, the stream or the credentials, 130 or 143 interrupted.`;

const options = {
  stream: { type: 'string' },
  region: { type: 'string' },
  endpoint: { type: 'string' },
  rate: { type: 'string' },
  generate: { type: 'string' },
  seed: { type: 'string' },
  ledger: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = { readonly [Name in Exclude<keyof typeof options, 'help'>]?: string };

/**
 * Reads the command line. Throws {@link UsageError} for whatever is wrong with it.
 *
 * @param stdinIsTerminal - True where nothing is piped in, so that waiting for input would look like hanging.
 */
export function parseArguments(argv: readonly string[], stdinIsTerminal: boolean): Command {
  const { values, positionals } = parsed(argv);
  if (values.help || (argv.length === 1 && argv[0] === 'help')) return { kind: 'help' };
  const [command, ...files] = positionals;
  if (command === undefined) throw new UsageError('No command given. The only one is "ingest".');
  if (command !== 'ingest') throw new UsageError(`Unknown command "${command}". The only one is "ingest".`);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') throw new UsageError(`--${name} needs a value.`);
  }
  return {
    kind: 'ingest',
    source: sourceOf(values, files, stdinIsTerminal),
    target: targetOf(values),
    perSecond: values.rate === undefined ? undefined : wholeNumber('rate', values.rate, 1, 10_000_000),
    ledgerPath: values.ledger,
  };
}

/** A whole number in [low, high] out of an option's text. */
export function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  const range = `${low.toLocaleString('en-US')} to ${high.toLocaleString('en-US')}`;
  throw new UsageError(`--${name} must be a whole number, ${range}; received "${text}".`);
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

const streamName = /^[a-zA-Z0-9_.-]{1,128}$/;
const streamArn = /^arn:aws[a-z-]*:kinesis:([a-z0-9-]+):\d{12}:stream\/[a-zA-Z0-9_.-]{1,128}$/;

function targetOf({ stream, region, endpoint }: Values): Target {
  if (stream === undefined) {
    const stray = region !== undefined ? '--region' : '--endpoint';
    if (region === undefined && endpoint === undefined) return { kind: 'local' };
    throw new UsageError(`${stray} needs --stream: the local Kinesis inside this process has neither.`);
  }
  const arnRegion = streamArn.exec(stream)?.[1];
  if (arnRegion === undefined && !streamName.test(stream)) {
    throw new UsageError(
      `--stream must be a stream's name (letters, digits, "_", "." and "-", at most 128) or its ARN; received "${stream}".`,
    );
  }
  if (arnRegion !== undefined && arnRegion !== (region ?? arnRegion)) {
    throw new UsageError(`--region is ${region} but the stream's ARN says ${arnRegion}. Leave --region out.`);
  }
  if (endpoint !== undefined) checkUrl(endpoint);
  return { kind: 'stream', stream, region: region ?? arnRegion, endpoint };
}

function checkUrl(endpoint: string): void {
  if (/^https?:\/\//i.test(endpoint) && URL.canParse(endpoint)) return;
  throw new UsageError(`--endpoint must be an http or https URL; received "${endpoint}".`);
}
