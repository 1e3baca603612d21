import { isSequenceNumber, SequenceNumbers, shardIdIn } from './sequence-numbers.js';
import type { WireAnswer } from './wire.js';

/** An answer without what may differ from server to server. */
export type PlainAnswer =
  | { readonly status: number; readonly error: string }
  | { readonly status: number; readonly body: unknown };

const tokens = new Set(['NextToken', 'ShardIterator', 'NextShardIterator']);

/**
 * Takes out of the answers of one scenario what may differ: times, tokens, the account; of an error all but its name; of
 * MillisBehindLatest all but whether it is 0; members that are null, which SDKs read as absent. A sequence number becomes
 * its place among all that were seen of its shard.
 */
export function normalise(answers: readonly WireAnswer[]): readonly PlainAnswer[] {
  const numbers = new SequenceNumbers();
  for (const { body } of answers) numbers.learn(body);
  return answers.map(({ status, body }) =>
    status < 400 ? { status, body: plain('', body, numbers) } : { status, error: errorName(body) },
  );
}

function errorName(body: unknown): string {
  const type = (body as { __type?: unknown } | null)?.__type;
  return typeof type === 'string' ? type.slice(type.indexOf('#') + 1) : '(no __type)';
}

function plain(name: string, value: unknown, numbers: SequenceNumbers, shard?: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => plain('', entry, numbers, shard));
  if (typeof value === 'object' && value !== null) {
    const own = shardIdIn(value) ?? shard;
    const members = Object.entries(value).filter(([, entry]) => entry !== null);
    return Object.fromEntries(members.map(([key, entry]) => [key, plain(key, entry, numbers, own)]));
  }
  if (typeof value === 'string') return plainText(name, value, numbers, shard);
  if (typeof value !== 'number') return value;
  if (/(Timestamp|At)$/.test(name)) return '(time)';
  return name === 'MillisBehindLatest' && value > 0 ? '(behind)' : value;
}

function plainText(name: string, value: string, numbers: SequenceNumbers, shard?: string): string {
  if (tokens.has(name)) return '(token)';
  if (name === 'ContinuationSequenceNumber') return '(sequence number)';
  if (name === 'ErrorMessage') return '(text)';
  if (isSequenceNumber(value)) return numbers.place(value, shard);
  return value
    .replace(/^(arn:aws:kinesis:[^:]*):\d{12}:/, '$1:ACCOUNT:')
    .replace(/(\/consumer\/[^:]+):\d+$/, '$1:(time)');
}
