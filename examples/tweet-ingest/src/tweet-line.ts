import type { TweetRecord } from './tweet.js';

/** Why a line was skipped. */
export type SkipReason =
  | 'too long'
  | 'not UTF-8'
  | 'not JSON'
  | 'not an object'
  | 'stream error'
  | 'no id'
  | 'no author_id'
  | 'bad author_id';

/** A line that is no tweet. */
export interface Skipped {
  readonly reason: SkipReason;
  /** What was found, on one line. */
  readonly detail: string;
}

/** Length of a partition key, in code points (Kinesis API reference, PutRecords). */
const maxKeyLength = 256;
const maxDetailLength = 120;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A tweet, however much else of it is missing or wrong. */
export interface IdentifiedTweet {
  readonly id: string;
  readonly tweet: Readonly<Record<string, unknown>>;
}

/**
 * Reads one line: an envelope of the X API's streams (`{"data":{…}}`) or a bare tweet. The record's data is the line as
 * it came, byte for byte; its partition key is the author's id.
 */
export function readTweetLine(line: Uint8Array): TweetRecord | Skipped {
  const identified = identifyLine(line);
  if (!('tweet' in identified)) return identified;
  const { id, tweet } = identified;
  const { author_id: authorId } = tweet;
  if (authorId === undefined || authorId === null) {
    return skipped('no author_id', `tweet ${id} names no author; ask the X API for tweet.fields=author_id`);
  }
  if (typeof authorId !== 'string' || authorId === '') {
    return skipped('bad author_id', `tweet ${id} has ${kindOf(authorId)} for "author_id", not a string`);
  }
  if (authorId.length > maxKeyLength && [...authorId].length > maxKeyLength) {
    return skipped('bad author_id', `tweet ${id} has an "author_id" of more than ${maxKeyLength} characters`);
  }
  return { id, partitionKey: authorId, data: line };
}

/** Finds the tweet of a line and its id; asks for nothing else. */
export function identifyLine(line: Uint8Array): IdentifiedTweet | Skipped {
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return skipped('not UTF-8', 'the line holds bytes that are not UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return skipped('not JSON', error instanceof Error ? error.message : String(error));
  }
  if (!isObject(value)) return skipped('not an object', `the line is ${kindOf(value)}`);
  if ('errors' in value && !('data' in value || 'id' in value)) return streamError(value.errors);
  const tweet = 'data' in value ? value.data : value;
  if (!isObject(tweet)) return skipped('not an object', `"data" is ${kindOf(tweet)}`);
  const { id } = tweet;
  if (typeof id !== 'string' || id === '') return skipped('no id', `"id" is ${kindOf(id)}, not a string`);
  return { id, tweet };
}

/** The X API reports its own trouble in the stream, as a line with `errors` and no `data`. */
function streamError(errors: unknown): Skipped {
  const [first] = Array.isArray(errors) ? errors : [];
  const title = isObject(first) ? (first.title ?? first.message) : undefined;
  return skipped('stream error', typeof title === 'string' ? title : 'the X API sent an error');
}

function skipped(reason: SkipReason, detail: string): Skipped {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not reach the terminal
  const printable = detail.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  const short =
    printable.length > maxDetailLength ? `${printable.slice(0, maxDetailLength - 1)}…` : printable;
  return { reason, detail: short };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
