import type { Clock } from '@shardline/core';
import type { LocalKinesis } from '@shardline/local';
import { cborWire } from '../../../local/src/cbor-wire.js';
import { BodyPool } from '../../src/body-pool.js';
import { FormatChoice } from '../../src/format-choice.js';
import type { KinesisApi, KinesisApiListener } from '../../src/kinesis-api.js';
import { entryAnswers } from '../../src/put-answer.js';
import { type PutRequestParts, preparePut } from '../../src/put-request.js';
import { localKinesisApi } from '../support/local-kinesis-api.js';

/** What comes with a call besides its input. */
export interface EdgeCallOptions {
  readonly signal?: AbortSignal;
  /** When the request was put together: it may go a second time, in JSON, and a process that is frozen sends it late. */
  readonly preparedMs?: number;
}

/** What a given-back body is overwritten with: whoever still reads there finds no record of any test. */
const scrub = 0xee;

/**
 * The edge onto an in-process local Kinesis with real request bodies: written in CBOR into pooled buffers, read back from the
 * bytes, and overwritten as soon as they are given back.
 */
export function bodyKinesisApi(
  call: (operation: string, input: object, options?: EdgeCallOptions) => ReturnType<LocalKinesis['call']>,
  stream: string,
  clock: Clock,
  setAsideBytes: number,
): KinesisApi {
  let listener: KinesisApiListener | undefined;
  const pool = new BodyPool(
    clock,
    { setAsideBytes, maxIdleBytes: 2 * setAsideBytes, idleMs: 10_000 },
    (deltaBytes) => listener?.held(deltaBytes),
  );
  const parts: Omit<PutRequestParts, 'post'> = {
    target: { StreamName: stream },
    pool: scrubbing(pool),
    choice: new FormatChoice('cbor', (reason, message) => listener?.fellBackToJson(reason, message)),
  };
  const postWith =
    (preparedMs: number): PutRequestParts['post'] =>
    async ({ bytes, format }, signal) => {
      // A copy, as on a wire: what the service stores is what was there when it was sent.
      const input = format === 'cbor' ? cborWire.parse(Buffer.from(bytes)) : parseJson(bytes);
      const answer = await call('PutRecords', input as object, { signal, preparedMs });
      return entryAnswers((answer as { Records?: [] }).Records);
    };
  return {
    ...localKinesisApi(call, stream),
    listen(to) {
      listener = to;
    },
    prepare: (entries) => preparePut({ ...parts, post: postWith(clock.monotonic()) }, entries),
    get setAsideBytes() {
      return pool.setAsideBytes;
    },
    shrink: () => pool.shrink(),
    trim: () => pool.trim(),
    close: () => pool.close(),
  };
}

function scrubbing(pool: BodyPool): BodyPool {
  const lease = pool.lease.bind(pool);
  pool.lease = (bytes) => {
    const { buffer, recycle, drop } = lease(bytes);
    const scrubbed = (then: () => void) => () => {
      buffer.fill(scrub);
      then();
    };
    return { buffer, recycle: scrubbed(recycle), drop: scrubbed(drop) };
  };
  return pool;
}

function parseJson(bytes: Buffer): object {
  const input = JSON.parse(bytes.toString()) as { Records: { Data: string }[] };
  return {
    ...input,
    Records: input.Records.map((record) => ({ ...record, Data: Buffer.from(record.Data, 'base64') })),
  };
}
