import type { Json } from './scenario.js';

/** One message of an event stream. */
export interface EventMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Json;
}

/** Bytes before the headers: total length, length of the headers, checksum of both. */
const PRELUDE_BYTES = 12;
const CHECKSUM_BYTES = 4;

/** Cuts a stream of bytes into messages. Checksums are not looked at: what carries them is not under test here. */
export async function* eventMessages(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<EventMessage> {
  let rest = Buffer.alloc(0);
  for await (const chunk of bytes) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= PRELUDE_BYTES && rest.length >= rest.readUInt32BE(0)) {
      const length = rest.readUInt32BE(0);
      yield messageOf(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  }
}

function messageOf(frame: Buffer): EventMessage {
  const headersEnd = PRELUDE_BYTES + frame.readUInt32BE(4);
  const payload = frame.subarray(headersEnd, frame.length - CHECKSUM_BYTES).toString();
  return {
    headers: stringHeaders(frame.subarray(PRELUDE_BYTES, headersEnd)),
    payload: payload === '' ? {} : (JSON.parse(payload) as Json),
  };
}

/** Headers of type 7, string: all that these streams have. */
function stringHeaders(block: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < block.length; ) {
    const nameEnd = at + 1 + block.readUInt8(at);
    const name = block.toString('utf8', at + 1, nameEnd);
    if (block.readUInt8(nameEnd) !== 7) throw new Error(`header ${name} is no string`);
    const valueStart = nameEnd + 3;
    at = valueStart + block.readUInt16BE(nameEnd + 1);
    headers[name] = block.toString('utf8', valueStart, at);
  }
  return headers;
}
