import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { KinesisServiceError } from './service-error.js';

/** Reads a request's body, or throws the service's error when it is longer than `maxBytes`. */
export async function readBody(
  request: IncomingMessage | Http2ServerRequest,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // An oversized body is read to its end all the same, and thrown away: a client that is still writing would otherwise
  // see a reset in place of the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > maxBytes) {
    throw new KinesisServiceError(
      'RequestEntityTooLargeException',
      `The request has ${bytes} bytes; at most ${maxBytes} are accepted.`,
      413,
    );
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes);
}
