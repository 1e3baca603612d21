import { boundedWords } from '@shardline/core/internal';
import { readCbor } from './cbor-value.js';
import type { EntryAnswer } from './kinesis-api.js';
import type { BodyFormat } from './request-body.js';

/** The format of an answer: as it says, or else as it was asked in. Undefined where it says that it is neither. */
export function answerFormat(contentType: string | undefined, asked: BodyFormat): BodyFormat | undefined {
  if (!contentType) return asked;
  if (contentType.includes('cbor')) return 'cbor';
  return contentType.includes('json') ? 'json' : undefined;
}

/** Reads a good answer to PutRecords. Throws a SyntaxError where it cannot be read. */
export function readPutAnswer(format: BodyFormat, bytes: Uint8Array): readonly EntryAnswer[] {
  const answer = format === 'cbor' ? readCbor(bytes) : readJson(bytes);
  return entryAnswers(isObject(answer) ? answer.Records : undefined);
}

/**
 * One for each entry of the answer. What is no list, or has no entry where one should be, was said by something broken: the call
 * may have had its effect all the same, so that this throws nothing and the records are put again.
 */
export function entryAnswers(entries: unknown): readonly EntryAnswer[] {
  if (!Array.isArray(entries)) return [];
  let last = '';
  return entries.map((entry) => {
    const answer = entryAnswer(entry, last);
    if ('shardId' in answer) last = answer.shardId;
    return answer;
  });
}

/** Outcomes keep the id of the shard: of entries in a row that have it in common, the same string. */
function entryAnswer(entry: unknown, lastShardId: string): EntryAnswer {
  const { ShardId, SequenceNumber, ErrorCode, ErrorMessage } = isObject(entry) ? entry : {};
  if (isText(ShardId) && isText(SequenceNumber)) {
    return { shardId: ShardId === lastShardId ? lastShardId : ShardId, sequenceNumber: SequenceNumber };
  }
  return {
    errorCode: isText(ErrorCode) ? boundedWords(ErrorCode) : 'UnknownError',
    errorMessage: isText(ErrorMessage) ? boundedWords(ErrorMessage) : 'The answer names no error.',
  };
}

/** Members of an answer that are looked at. */
interface AnswerMembers {
  readonly Records?: unknown;
  readonly ShardId?: unknown;
  readonly SequenceNumber?: unknown;
  readonly ErrorCode?: unknown;
  readonly ErrorMessage?: unknown;
}

function readJson(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
}

function isObject(value: unknown): value is AnswerMembers {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
