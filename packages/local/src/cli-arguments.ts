import { parseArgs } from 'node:util';
import { nearName } from '@shardline/core/internal';
import { certificateName } from './certificate.js';
import { CliUsageError } from './cli-usage-error.js';
import { checkedText, faultsOf, limitsOf, streamSpec, wholeNumber } from './cli-values.js';
import type { Fault } from './fault.js';
import { limitOptions } from './limit-options.js';
import { localKinesisOptions, type StreamSpec } from './local-options.js';
import type { ServiceLimits } from './service-limits.js';
import type { WriteModel } from './write-limiter.js';

/** What the command line asks for. */
export interface CliArguments {
  readonly help: boolean;
  readonly version: boolean;
  readonly port: number;
  readonly host: string;
  readonly adminPort: number | undefined;
  readonly adminHost: string | undefined;
  readonly tls: boolean;
  /** More names that the certificate is good for. */
  readonly tlsNames: readonly string[];
  /** Where the certificate is to be written. */
  readonly certFile: string | undefined;
  readonly streams: readonly StreamSpec[];
  readonly limits: Partial<ServiceLimits> | 'none';
  readonly faults: readonly Fault[];
  /** Where more faults are to be read from. */
  readonly faultsFile: string | undefined;
  readonly maxRetainedBytes: number | undefined;
  readonly transitionMs: number | undefined;
  readonly idleEventMs: number | undefined;
  readonly emptyPageGapMs: number | undefined;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  /** Whether time stands still until it is moved over the admin port. */
  readonly manualClock: boolean;
  /** What chance begins with; the machine's own when absent. */
  readonly seed: number | undefined;
  /** Whether one line of JSON tells that the server is ready, for programs that start it. */
  readonly readyJson: boolean;
}

/** The help text. */
export const usage = `Usage: shardline-local [options]

A local Kinesis Data Streams that keeps the service's limits. Stops on SIGTERM and SIGINT.

  --port N                 port to listen on; 4567 when absent, 0 takes a free one
  --host ADDRESS           address to listen on; 127.0.0.1 when absent
  --stream NAME[:SHARDS | :on-demand | :on-demand-auto]
                           a stream to begin with, of one shard unless told; may be repeated
  --tls                    speaks TLS too, with a certificate made for the occasion
  --tls-name NAME          a host name or address that it is good for, beside this machine's; may be repeated
  --cert-file PATH         writes that certificate, for NODE_EXTRA_CA_CERTS, AWS_CA_BUNDLE or a trust store
  --admin-port N           faults, counts and what the streams hold over HTTP, on another port; 0 takes a free one
  --admin-host ADDRESS     address that port listens on, without a password; 127.0.0.1 when absent

  --limit NAME=NUMBER      another limit than the service's, such as shardWriteRecordsPerSecond=200; Infinity
                           lifts it; by operation: accountCallsPerSecond.DescribeStream=1; may be repeated
  --write-model NAME       how a shard's write limit is kept: token-bucket, fixed-window or single-tank
  --no-limits              lifts the limits of throughput and rates; quotas stay
  --max-retained-bytes N   how much all records may hold; 536870912 when absent

  --transition-ms N        how long streams and consumers are CREATING, UPDATING or DELETING; 500 when absent
  --idle-event-ms N        a subscription without records is sent an empty event so often; 5000 when absent
  --empty-page-gap-ms N    reading across so long a stretch without records takes an empty page; 300000 when absent

  --fault JSON             something to go wrong, such as {"kind":"latency","delayMs":50}; may be repeated
  --faults-file PATH       faults in a file, as a JSON array
  --manual-clock           time stands still until POST /clock/advance moves it; needs --admin-port
  --seed N                 the same seed gives the same faults to the same calls

  --account-id DIGITS      account in ARNs; 000000000000 when absent
  --region NAME            region in ARNs; us-east-1 when absent
  --ready-json             prints one line of JSON when ready: {"ready":true,"endpoint":…,"streams":[…]}
  --version                prints the version of this package
  --help                   this text

Exit status: 0 stopped when told, 1 it could not listen or broke, 2 nothing was started because of the command line.
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  'admin-port': { type: 'string' },
  'admin-host': { type: 'string' },
  tls: { type: 'boolean' },
  'tls-name': { type: 'string', multiple: true },
  'cert-file': { type: 'string' },
  stream: { type: 'string', multiple: true },
  limit: { type: 'string', multiple: true },
  'write-model': { type: 'string' },
  'no-limits': { type: 'boolean' },
  'max-retained-bytes': { type: 'string' },
  'transition-ms': { type: 'string' },
  'idle-event-ms': { type: 'string' },
  'empty-page-gap-ms': { type: 'string' },
  fault: { type: 'string', multiple: true },
  'faults-file': { type: 'string' },
  'manual-clock': { type: 'boolean' },
  seed: { type: 'string' },
  'account-id': { type: 'string' },
  region: { type: 'string' },
  'ready-json': { type: 'boolean' },
} as const;

type Name = keyof typeof options;

/** Reads the command line. @throws CliUsageError for whatever is wrong with it. */
export function parseCliArguments(args: readonly string[]): CliArguments {
  const given = readOptions(args);
  const text = (name: Name) => given.get(name)?.at(-1);
  const number = (name: Name, low: number, high: number) => {
    const value = text(name);
    return value === undefined ? undefined : wholeNumber(`--${name}`, value, low, high);
  };
  const checked = (name: Name, row: Parameters<typeof checkedText>[1]) => {
    const value = text(name);
    return value === undefined ? undefined : checkedText(`--${name}`, row, value);
  };
  const ofTls = (['cert-file', 'tls-name'] as const).find((name) => given.has(name));
  if (ofTls !== undefined && !given.has('tls')) {
    throw new CliUsageError(`--${ofTls} needs --tls: without it there is no certificate.`);
  }
  if (given.has('manual-clock') && !given.has('admin-port')) {
    throw new CliUsageError('--manual-clock needs --admin-port: that is where the clock is moved.');
  }
  if (given.has('admin-host') && !given.has('admin-port')) {
    throw new CliUsageError('--admin-host needs --admin-port: without it nothing listens there.');
  }
  return {
    help: given.has('help'),
    version: given.has('version'),
    port: number('port', 0, 65_535) ?? 4_567,
    host: text('host') ?? '127.0.0.1',
    adminPort: number('admin-port', 0, 65_535),
    adminHost: text('admin-host'),
    tls: given.has('tls'),
    tlsNames: (given.get('tls-name') ?? []).map((name) => checkedText('--tls-name', certificateName, name)),
    certFile: text('cert-file'),
    streams: streamsOf(given.get('stream') ?? []),
    limits: allLimits(given, checked('write-model', limitOptions.writeModel)),
    faults: (given.get('fault') ?? []).flatMap((fault) => faultsOf('--fault', fault)),
    faultsFile: text('faults-file'),
    maxRetainedBytes: number('max-retained-bytes', 1, Number.MAX_SAFE_INTEGER),
    transitionMs: number('transition-ms', 0, Number.MAX_SAFE_INTEGER),
    idleEventMs: number('idle-event-ms', 1, Number.MAX_SAFE_INTEGER),
    emptyPageGapMs: number('empty-page-gap-ms', 1, Number.MAX_SAFE_INTEGER),
    accountId: checked('account-id', localKinesisOptions.accountId),
    region: checked('region', localKinesisOptions.region),
    manualClock: given.has('manual-clock'),
    seed: number('seed', 0, 4_294_967_295),
    readyJson: given.has('ready-json'),
  };
}

/** The values of each option that was given; of one that takes none, empty texts. */
function readOptions(args: readonly string[]): ReadonlyMap<Name, readonly string[]> {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Map<Name, readonly string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw new CliUsageError(
        `There is nothing to do with "${token.value}": all is said with options, see --help.`,
      );
    }
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    if (!isKnown(name)) throw new CliUsageError(`Unknown option ${rawName}. ${adviceOn(rawName)}`);
    given.set(name, [...(given.get(name) ?? []), textOf(name, value, inlineValue)]);
  }
  return given;
}

function isKnown(name: string): name is Name {
  return Object.hasOwn(options, name);
}

function adviceOn(rawName: string): string {
  const near = nearName(
    rawName,
    Object.keys(options).map((name) => `--${name}`),
  );
  return near ? `Did you mean ${near}?` : 'See --help.';
}

function textOf(name: Name, value: string | undefined, inline: boolean | undefined): string {
  if (options[name].type === 'boolean') {
    if (value !== undefined) throw new CliUsageError(`--${name} takes no value; received "${value}".`);
    return '';
  }
  // A value that is empty is a variable that was not set; one that looks like an option is the next option.
  if (value === undefined || value === '' || (!inline && value.startsWith('-'))) {
    throw new CliUsageError(`--${name} needs a value.`);
  }
  return value;
}

function streamsOf(texts: readonly string[]): readonly StreamSpec[] {
  const streams = texts.map(streamSpec);
  const twice = streams.find(({ name }, at) => streams.findIndex((other) => other.name === name) < at);
  if (twice) throw new CliUsageError(`--stream names "${twice.name}" twice.`);
  return streams;
}

function allLimits(
  given: ReadonlyMap<Name, readonly string[]>,
  writeModel: string | undefined,
): CliArguments['limits'] {
  const limits = {
    ...limitsOf(given.get('limit') ?? []),
    ...(writeModel === undefined ? {} : { writeModel: writeModel as WriteModel }),
  };
  if (!given.has('no-limits')) return limits;
  const other = given.has('limit') ? '--limit' : '--write-model';
  if (Object.keys(limits).length > 0)
    throw new CliUsageError(`Give either --no-limits or ${other}, not both.`);
  return 'none';
}
