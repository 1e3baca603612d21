import { checkUrl, type NamedStream, namedStream, wholeNumber } from './option-values.js';
import { UsageError } from './usage-error.js';

/** What `count` is asked for. */
export interface CountCommand {
  readonly kind: 'count';
  readonly target: NamedStream;
  /** Workers that share it share the shards; it names the lease table. */
  readonly application: string;
  /** Where leases are kept: a table, or this process alone. */
  readonly leases:
    | { readonly in: 'memory' }
    | { readonly in: 'dynamodb'; readonly endpoint: string | undefined };
  /** Where shards begin that have no lease yet. */
  readonly from: 'trim-horizon' | 'latest' | Date;
  readonly windowMs: number;
  /** Hashtags shown of each window. */
  readonly top: number;
}

/** The options of `count`, as `node:util`'s `parseArgs` wants them. */
export const countOptions = {
  stream: { type: 'string' },
  region: { type: 'string' },
  endpoint: { type: 'string' },
  application: { type: 'string' },
  'dynamodb-endpoint': { type: 'string' },
  from: { type: 'string' },
  window: { type: 'string' },
  top: { type: 'string' },
  memory: { type: 'boolean' },
} as const;

/** The part of `--help` about `count`. */
export const countHelp = `  --stream NAME|ARN  the stream; --region and --endpoint as above
  --application NAME workers that share it share the shards; also the lease table's name (default tweet-count)
  --dynamodb-endpoint URL  another DynamoDB endpoint
  --memory           leases in this process instead of a table: for a single try, every start counts from --from
  --from POSITION    where shards begin that have no lease yet: trim-horizon (default), latest, or an ISO 8601 time
  --window SECONDS   length of a window, 1 to 3,600 (default 60)
  --top N            hashtags shown of each window, 1 to 100 (default 5)`;

type Values = { readonly [Name in Exclude<keyof typeof countOptions, 'memory'>]?: string } & {
  readonly memory?: boolean;
};

/** Of the names that DynamoDB takes for a table. */
const tableName = /^[a-zA-Z0-9_.-]{3,255}$/;
/** With a time zone: a time without one would mean something else on another machine. */
const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Makes sense of the options of `count`. Throws {@link UsageError} for whatever is wrong with them. */
export function countCommandOf(values: Values): CountCommand {
  const { stream, application = 'tweet-count', from, window, top } = values;
  if (stream === undefined) {
    throw new UsageError('Nothing to count. Name the stream with --stream.');
  }
  if (!tableName.test(application)) {
    throw new UsageError(
      `--application names a DynamoDB table: 3 to 255 letters, digits, "_", "." and "-"; received "${application}".`,
    );
  }
  return {
    kind: 'count',
    target: namedStream(stream, values),
    application,
    leases: leasesOf(values),
    from: from === undefined ? 'trim-horizon' : positionOf(from),
    windowMs: 1_000 * (window === undefined ? 60 : wholeNumber('window', window, 1, 3_600)),
    top: top === undefined ? 5 : wholeNumber('top', top, 1, 100),
  };
}

function leasesOf({ memory, 'dynamodb-endpoint': endpoint }: Values): CountCommand['leases'] {
  if (memory && endpoint !== undefined) {
    throw new UsageError('Give either --memory or --dynamodb-endpoint: with --memory there is no table.');
  }
  if (endpoint !== undefined) checkUrl('dynamodb-endpoint', endpoint);
  return memory ? { in: 'memory' } : { in: 'dynamodb', endpoint };
}

function positionOf(text: string): CountCommand['from'] {
  if (text === 'trim-horizon' || text === 'latest') return text;
  const time = new Date(text);
  if (isoTime.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    `--from must be trim-horizon, latest or a time such as 2020-03-16T01:00:00Z; received "${text}".`,
  );
}
