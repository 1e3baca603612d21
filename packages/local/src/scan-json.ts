import { KinesisServiceError } from './service-error.js';

/** The most values, names and structures that are read; the largest PutRecords has less than a thirtieth of them. */
const maxParts = 200_000;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const listStart = 0x5b;
const structureStart = 0x7b;

/**
 * Looks through a JSON body before it is parsed, and refuses one of so many parts that their values would take a hundred times the
 * room of the body. Whether it is JSON at all is for the parser to find out. Strings, which are nearly all of a large body, are
 * passed over at the speed of a search.
 */
export function scanJson(body: Buffer): void {
  // As many bytes cannot hold more parts.
  if (body.length <= maxParts) return;
  let parts = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte !== quote && byte !== comma && byte !== listStart && byte !== structureStart) continue;
    parts += 1;
    if (parts > maxParts) {
      const message = `The body has more than ${maxParts} parts, which no request to Kinesis needs.`;
      throw new KinesisServiceError('SerializationException', message);
    }
    if (byte === quote) at = endOfString(body, at);
  }
}

/** Where the string that begins at `start` has its closing quote; behind the body when it has none. */
function endOfString(body: Buffer, start: number): number {
  const found = body.indexOf(quote, start + 1);
  if (found < 0) return body.length;
  let escapes = 0;
  while (body[found - 1 - escapes] === backslash) escapes += 1;
  if (escapes % 2 === 0) return found;
  // A search for each of many escaped quotes would take longer than a look at each byte.
  for (let at = found + 1; at < body.length; at += 1) {
    if (body[at] === backslash) at += 1;
    else if (body[at] === quote) return at;
  }
  return body.length;
}
