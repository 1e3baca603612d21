import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { BodyBudget } from './body-budget.js';
import { KinesisServiceError } from './service-error.js';

/**
 * Reads a request's body, or throws the service's error when it is longer than `maxBytes` or `budget` has no room for it. What is
 * read counts against the budget until it is there.
 */
export async function readBody(
  request: IncomingMessage | Http2ServerRequest,
  maxBytes: number,
  budget?: BodyBudget,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let counted = 0;
  let hasRoom = true;
  try {
    // A body that is refused is read to its end all the same, and thrown away: a client that is still writing would otherwise
    // see a reset in place of the answer.
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxBytes && hasRoom) hasRoom = budget?.take(chunk.length) ?? true;
      if (bytes <= maxBytes && hasRoom) {
        chunks.push(chunk);
        counted += chunk.length;
      } else {
        chunks.length = 0;
        budget?.give(counted);
        counted = 0;
      }
    }
  } finally {
    budget?.give(counted);
  }
  if (bytes > maxBytes) {
    throw new KinesisServiceError(
      'RequestEntityTooLargeException',
      `The request has ${bytes} bytes; at most ${maxBytes} are accepted.`,
      413,
    );
  }
  if (!hasRoom) {
    const message = `Requests of more than ${budget?.maxBytes} bytes together are under way.`;
    throw new KinesisServiceError('ServiceUnavailable', message);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes);
}
