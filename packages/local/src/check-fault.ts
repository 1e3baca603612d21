import { InvalidOptionError } from '@shardline/core';
import { integerBetween, type OptionRow, oneOf, resolveOptions } from '@shardline/core/internal';
import type { Fault } from './fault.js';
import { maxShardsOfStream, operationNames } from './service-limits.js';

const text = Object.freeze({
  expected: 'a string of one character or more',
  accepts: (value: unknown) => typeof value === 'string' && value.length > 0,
});

const duration = Object.freeze({
  expected: 'a number of milliseconds, 0 or more',
  accepts: (value: unknown) => typeof value === 'number' && value >= 0,
});

/** What a member of a fault may be, by its name. */
type Rows = Readonly<Record<string, OptionRow>>;

const selector: Rows = Object.freeze({
  kind: { summary: 'What goes wrong.', ...text, required: true },
  stream: { summary: 'Only on this stream.', ...text },
  probability: {
    summary: 'Share of the calls.',
    expected: 'a number from 0 to 1',
    accepts: (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1,
  },
  skip: { summary: 'How many are let pass first.', ...integerBetween(0, Number.MAX_SAFE_INTEGER) },
  times: { summary: 'After how many it is over.', ...integerBetween(1, Number.MAX_SAFE_INTEGER) },
});

const callSelector: Rows = Object.freeze({
  ...selector,
  operation: {
    summary: 'Only on these operations.',
    expected: 'the name of an operation, or an array of names',
    accepts: (value: unknown) =>
      [value].flat().every((name) => operationNames.some((known) => known === name)),
  },
});

const shardId: OptionRow = Object.freeze({ summary: 'Only on this shard.', ...text });
const errorCode: OptionRow = Object.freeze({
  summary: 'Name of the error.',
  // It travels in a header.
  expected: 'one or more of the characters A-Z, a-z, 0-9, _ .',
  accepts: (value: unknown) => typeof value === 'string' && /^[A-Za-z0-9_.]+$/.test(value),
});
const errorText: OptionRow = Object.freeze({ summary: 'What the error says.', ...text });

const subscriptionSelector: Rows = Object.freeze({
  ...selector,
  shardId,
  consumer: { summary: 'Only of this consumer.', ...text },
});
const afterEvents: OptionRow = Object.freeze({
  summary: 'How many events come through first.',
  ...integerBetween(0, Number.MAX_SAFE_INTEGER),
});

const tables: Readonly<Record<Fault['kind'], Rows>> = Object.freeze({
  throttleShard: {
    ...selector,
    shardId,
    forMs: { summary: 'How long.', ...duration },
    access: { summary: 'What is refused.', ...oneOf('write', 'read') },
  },
  failRecord: { ...selector, shardId, errorCode, errorText },
  failCall: {
    ...callSelector,
    errorCode: { ...errorCode, required: true },
    errorText,
    statusCode: { summary: 'HTTP status.', ...integerBetween(400, 599) },
    when: { summary: 'Before or after the effect.', ...oneOf('before', 'after') },
  },
  loseAnswer: callSelector,
  stall: callSelector,
  storeLate: { ...callSelector, afterMs: { summary: 'How late.', ...duration, required: true } },
  latency: {
    ...callSelector,
    delayMs: { summary: 'How long.', ...duration, required: true },
    jitterMs: { summary: 'Up to how much longer.', ...duration },
  },
  reset: {
    ...callSelector,
    when: { summary: 'Before or after the effect.', ...oneOf('before', 'after'), required: true },
  },
  reshard: {
    ...callSelector,
    stream: { summary: 'The stream.', ...text, required: true },
    change: {
      summary: 'What becomes of the shards.',
      expected: `{ split: { shardId? } }, { merge: { shardId? } } or { shardCount: a whole number, 1 to ${maxShardsOfStream} }`,
      accepts: isShardChange,
      required: true,
    },
  },
  shuffleRecords: selector,
  staleListShards: {
    ...selector,
    ageMs: { summary: 'How old the listing is.', ...duration, required: true },
  },
  expireIterator: {
    ...selector,
    shardId,
    lifeMs: { summary: 'How long an iterator lives.', ...duration, required: true },
  },
  slowSubscription: {
    ...subscriptionSelector,
    delayMs: { summary: 'How long each event waits.', ...duration, required: true },
    jitterMs: { summary: 'Up to how much longer.', ...duration },
  },
  stallSubscription: { ...subscriptionSelector, afterEvents },
  failSubscription: {
    ...subscriptionSelector,
    afterEvents,
    errorCode: { ...errorCode, required: true },
    errorText,
  },
  cutSubscription: {
    ...subscriptionSelector,
    afterEvents,
    how: {
      summary: 'How the connection ends.',
      ...oneOf('end', 'fin', 'reset', 'cancel', 'internal-error', 'goaway', 'corrupt'),
      required: true,
    },
  },
});

/** Throws an InvalidOptionError when a fault is not one that can be injected. */
export function checkFault(fault: Fault): void {
  const kind = (fault as Fault | null | undefined)?.kind;
  // What comes from JSON has any type.
  if (typeof kind !== 'string' || !Object.hasOwn(tables, kind)) {
    const expected = `one of ${Object.keys(tables).join(', ')}`;
    throw new InvalidOptionError({ owner: 'FaultPlan', option: 'kind', received: kind, expected });
  }
  resolveOptions(`FaultPlan ${kind}`, tables[kind], fault);
}

function isShardChange(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return false;
  const content = (value as Record<string, unknown>)[name];
  if (name === 'shardCount') return integerBetween(1, maxShardsOfStream).accepts(content);
  if (name !== 'split' && name !== 'merge') return false;
  if (typeof content !== 'object' || content === null) return false;
  const { shardId: id } = content as { shardId?: unknown };
  return id === undefined || typeof id === 'string';
}
