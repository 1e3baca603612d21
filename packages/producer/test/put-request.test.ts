import { ManualClock } from '@shardline/testing';
import { cbor } from '@smithy/core/cbor';
import { describe, expect, test } from 'vitest';
import { BodyPool } from '../src/body-pool.js';
import type { EntryContent } from '../src/entry-content.js';
import { FormatChoice } from '../src/format-choice.js';
import type { EntryAnswer } from '../src/kinesis-api.js';
import { type PutRequestParts, preparePut, type ReadyBody } from '../src/put-request.js';
import type { BodyFormat } from '../src/request-body.js';
import { content } from './support/contents.js';
import { serviceError, unanswered } from './support/fake-kinesis-api.js';

const answers: readonly EntryAnswer[] = [{ shardId: 's', sequenceNumber: '1' }];
const { signal } = new AbortController();

type Post = (format: BodyFormat) => Promise<readonly EntryAnswer[]>;

/** What goes over the wire, and the pool behind it. */
function makeParts(post: Post, format: BodyFormat = 'cbor') {
  let heldBytes = 0;
  const told: string[] = [];
  const posted: { body: ReadyBody; read: unknown }[] = [];
  const pool = new BodyPool(
    new ManualClock(),
    { setAsideBytes: 0, maxIdleBytes: 1_000_000, idleMs: 10_000 },
    (deltaBytes) => {
      heldBytes += deltaBytes;
    },
  );
  const parts: PutRequestParts = {
    target: { StreamName: 'tweets' },
    pool,
    choice: new FormatChoice(format, (reason) => void told.push(reason)),
    post(body) {
      posted.push({ body, read: readBody(body) });
      return post(body.format);
    },
  };
  const formats = () => posted.map(({ body }) => body.format);
  return { parts, posted, formats, told, heldBytes: () => heldBytes };
}

function readBody({ format, bytes }: ReadyBody): unknown {
  const read = format === 'cbor' ? cbor.deserialize(bytes) : JSON.parse(bytes.toString());
  return read.Records.map(({ Data }: { Data: Uint8Array | string }) =>
    typeof Data === 'string' ? Buffer.from(Data, 'base64').toString() : Buffer.from(Data).toString(),
  );
}

const refuseCbor: Post = async (format) => {
  if (format === 'cbor') throw serviceError('SerializationException');
  return answers;
};

function noMemory(): never {
  throw new RangeError('Array buffer allocation failed');
}

/** An entry that finds no memory. */
function unwritable(): EntryContent {
  return { ...content(), moveTo: noMemory, moveAsBase64: noMemory };
}

test.each(['cbor', 'json'] as const)('sends the body as %s, and gives the answers on', async (format) => {
  const { parts, posted } = makeParts(async () => answers, format);
  const request = preparePut(parts, [content({ data: 'a' }), content({ data: 'b' })]);
  expect(posted).toEqual([]);
  expect(await request.send(signal)).toBe(answers);
  expect(posted).toMatchObject([
    { body: { format, contentType: `application/x-amz-${format}-1.1` }, read: ['a', 'b'] },
  ]);
});

describe('the body', () => {
  test('holds the entries until it is released, and is used again then', async () => {
    const { parts, posted, heldBytes } = makeParts(async () => answers);
    const entry = content({ data: 'a' });
    const first = preparePut(parts, [entry]);
    await first.send(signal);
    expect(entry.data.buffer).toBe(posted[0]?.body.bytes.buffer);
    const second = preparePut(parts, [content()]);
    await second.send(signal);
    expect(posted[1]?.body.bytes.buffer).not.toBe(posted[0]?.body.bytes.buffer);
    first.release();
    await preparePut(parts, [content()]).send(signal);
    expect(posted[2]?.body.bytes.buffer).toBe(posted[0]?.body.bytes.buffer);
    expect(heldBytes()).toBe(2 * 16_384);
  });

  test('in which an entry lives on is not used again, and counted no more', async () => {
    const { parts, posted, heldBytes } = makeParts(async () => answers);
    const first = preparePut(parts, [content()]);
    await first.send(signal);
    first.release(true);
    expect(heldBytes()).toBe(0);
    await preparePut(parts, [content()]).send(signal);
    expect(posted[1]?.body.bytes.buffer).not.toBe(posted[0]?.body.bytes.buffer);
  });

  test('is given back once', async () => {
    const { parts, posted } = makeParts(async () => answers);
    const first = preparePut(parts, [content()]);
    await first.send(signal);
    first.release();
    first.release();
    await preparePut(parts, [content()]).send(signal);
    first.release();
    await preparePut(parts, [content()]).send(signal);
    expect(posted[2]?.body.bytes.buffer).not.toBe(posted[1]?.body.bytes.buffer);
  });

  test.each([
    ['failed', () => Promise.reject(serviceError('InternalFailure', 500))],
    ['was refused', () => Promise.reject(serviceError('ValidationException'))],
    ['was never answered', unanswered],
  ])('of a request that %s is never used again: a socket may still read it', async (_what, post) => {
    const { parts, posted, heldBytes } = makeParts(post);
    const request = preparePut(parts, [content()]);
    void request.send(signal).catch(() => {});
    await Promise.resolve();
    request.release();
    expect(heldBytes()).toBe(0);
    void preparePut(parts, [content()])
      .send(signal)
      .catch(() => {});
    expect(posted[1]?.body.bytes.buffer).not.toBe(posted[0]?.body.bytes.buffer);
  });

  test('that was given up is not used again when its answer comes late', async () => {
    let answer = (_answers: readonly EntryAnswer[]) => {};
    const late = new Promise<readonly EntryAnswer[]>((resolve) => {
      answer = resolve;
    });
    const { parts, posted, heldBytes } = makeParts(() => late);
    const request = preparePut(parts, [content()]);
    const sending = request.send(signal);
    request.release();
    answer(answers);
    await sending;
    expect(heldBytes()).toBe(0);
    void preparePut(parts, [content()]).send(signal);
    expect(posted[1]?.body.bytes.buffer).not.toBe(posted[0]?.body.bytes.buffer);
  });

  test('P2: that cannot be written is let go', () => {
    const { parts, heldBytes } = makeParts(async () => answers);
    expect(() => preparePut(parts, [content(), unwritable()])).toThrow('Array buffer allocation failed');
    expect(heldBytes()).toBe(0);
  });

  test('of a request that was never sent is let go', () => {
    const { parts, heldBytes } = makeParts(async () => answers);
    preparePut(parts, [content()]).release();
    expect(heldBytes()).toBe(0);
  });
});

describe('where CBOR is refused', () => {
  test('the same records go as JSON at once, and all that follow', async () => {
    const { parts, posted, formats, told } = makeParts(refuseCbor);
    const request = preparePut(parts, [content({ data: 'a' }), content({ data: 'b' })]);
    expect(await request.send(signal)).toBe(answers);
    expect(posted.map(({ read }) => read)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    await preparePut(parts, [content()]).send(signal);
    expect(formats()).toEqual(['cbor', 'json', 'json']);
    expect(told).toEqual(['SerializationException']);
  });

  test('the requests under way fall back each, and it is told once', async () => {
    const { parts, formats, told } = makeParts(refuseCbor);
    const requests = [preparePut(parts, [content()]), preparePut(parts, [content()])];
    expect(await Promise.all(requests.map((request) => request.send(signal)))).toEqual([answers, answers]);
    expect(formats().toSorted()).toEqual(['cbor', 'cbor', 'json', 'json']);
    expect(told).toHaveLength(1);
  });

  test('P1: a good answer that cannot be read ends the attempt; JSON has the next, for good the second time', async () => {
    const unreadable = Object.assign(new SyntaxError('<html>'), { $metadata: { httpStatusCode: 200 } });
    const { parts, formats, told } = makeParts(async (format) => {
      if (format === 'cbor') throw unreadable;
      return answers;
    });
    await expect(preparePut(parts, [content()]).send(signal)).rejects.toBe(unreadable);
    expect([formats(), told]).toEqual([['cbor'], []]);
    await preparePut(parts, [content()]).send(signal);
    await expect(preparePut(parts, [content()]).send(signal)).rejects.toBe(unreadable);
    expect([formats(), told]).toEqual([['cbor', 'json', 'cbor'], []]);
    await preparePut(parts, [content()]).send(signal);
    expect([formats(), told]).toEqual([['cbor', 'json', 'cbor', 'json'], ['Http200']]);
  });

  test('P1: requests that were under way with the first say nothing of the second trial', async () => {
    const unreadable = Object.assign(new SyntaxError('<html>'), { $metadata: { httpStatusCode: 200 } });
    const { parts, formats, told } = makeParts(async (format) => {
      if (format === 'cbor') throw unreadable;
      return answers;
    });
    const [first, second] = [preparePut(parts, [content()]), preparePut(parts, [content()])];
    await expect(first.send(signal)).rejects.toBe(unreadable);
    await preparePut(parts, [content()]).send(signal);
    await expect(second.send(signal)).rejects.toBe(unreadable);
    expect([formats(), parts.choice.format, told]).toEqual([['cbor', 'json', 'cbor'], 'cbor', []]);
  });

  test('and there is no memory for JSON, the refusal stands, and nothing is held', async () => {
    const { parts, formats, heldBytes } = makeParts(refuseCbor);
    const request = preparePut(parts, [Object.assign(content(), { moveAsBase64: noMemory })]);
    await expect(request.send(signal)).rejects.toThrow('SerializationException');
    expect(formats()).toEqual(['cbor']);
    request.release();
    expect(heldBytes()).toBe(0);
  });

  test('both bodies are held until the request is released', async () => {
    const { parts, heldBytes } = makeParts(refuseCbor);
    const request = preparePut(parts, [content()]);
    await request.send(signal);
    expect(heldBytes()).toBe(2 * 16_384);
    request.release();
    // The one that was answered is kept for the next.
    expect(heldBytes()).toBe(16_384);
    parts.pool.close();
    expect(heldBytes()).toBe(0);
  });

  test('for a reason that JSON does not mend, CBOR stays: the refusal of JSON is the outcome', async () => {
    const { parts, formats, told } = makeParts(async (format) => {
      throw serviceError(format === 'cbor' ? 'SerializationException' : 'ValidationException');
    });
    for (let round = 0; round < 2; round += 1) {
      const request = preparePut(parts, [content()]);
      await expect(request.send(signal)).rejects.toThrow('ValidationException');
      request.release();
    }
    expect([formats(), told]).toEqual([['cbor', 'json', 'cbor', 'json'], []]);
  });

  test('for what is in it, JSON is not tried', async () => {
    const { parts, formats } = makeParts(async () => {
      throw serviceError('ValidationException');
    });
    await expect(preparePut(parts, [content()]).send(signal)).rejects.toThrow('ValidationException');
    expect(formats()).toEqual(['cbor']);
  });

  test('once CBOR has been answered well, a page of a proxy is nothing but that', async () => {
    const posts: Post[] = [
      async () => answers,
      async () => {
        throw Object.assign(new SyntaxError('<html>'), { $metadata: { httpStatusCode: 404 } });
      },
    ];
    const { parts, formats } = makeParts((format) => (posts.shift() ?? refuseCbor)(format));
    await preparePut(parts, [content()]).send(signal);
    await expect(preparePut(parts, [content()]).send(signal)).rejects.toThrow('<html>');
    expect(formats()).toEqual(['cbor', 'cbor']);
  });

  test('a request that is over by then is not sent again', async () => {
    const abort = new AbortController();
    const { parts, formats, heldBytes } = makeParts(async () => {
      abort.abort();
      throw serviceError('SerializationException');
    });
    const request = preparePut(parts, [content()]);
    await expect(request.send(abort.signal)).rejects.toThrow('SerializationException');
    request.release();
    expect([formats(), heldBytes()]).toEqual([['cbor'], 0]);
  });

  test('a request that was released by then is not sent again', async () => {
    const { parts, formats, heldBytes } = makeParts(async () => {
      request.release();
      throw serviceError('SerializationException');
    });
    const request = preparePut(parts, [content()]);
    await expect(request.send(signal)).rejects.toThrow('SerializationException');
    expect([formats(), heldBytes()]).toEqual([['cbor'], 0]);
  });

  test('the second body of a request that is never answered is let go too', async () => {
    const { parts, formats, heldBytes } = makeParts((format) =>
      format === 'cbor' ? Promise.reject(serviceError('SerializationException')) : unanswered(),
    );
    const request = preparePut(parts, [content()]);
    void request.send(signal);
    await new Promise(setImmediate);
    expect(formats()).toEqual(['cbor', 'json']);
    request.release();
    expect(heldBytes()).toBe(0);
  });
});

test('with JSON from the start nothing is tried twice', async () => {
  const { parts, formats } = makeParts(async () => {
    throw serviceError('SerializationException');
  }, 'json');
  await expect(preparePut(parts, [content()]).send(signal)).rejects.toThrow('SerializationException');
  expect(formats()).toEqual(['json']);
});
