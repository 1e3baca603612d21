import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '@shardline/core';
import { guardAdmin } from './admin-guard.js';
import { type AdminAnswer, type AdministeredKinesis, answerAdmin, refusal } from './admin-routes.js';
import { readBody } from './request-body.js';
import { KinesisServiceError } from './service-error.js';

/** The longest request body. */
const maxBodyBytes = 1_048_576;

/**
 * Answers requests to the admin port, JSON in and out: faults, counts, what the streams hold. Errors are
 * `{ "code", "message" }`. `host` is the address that the server listens on. `clock` is the service's; one with `advance(ms)` can be moved from here. Never throws.
 */
export function adminHandler(
  kinesis: AdministeredKinesis,
  clock: Clock,
  host: string,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    response.on('error', () => response.destroy());
    answer(kinesis, clock, host, request)
      .then((found) => send(response, found))
      .catch((error: unknown) => {
        // A client that went away gets no answer; for anything else the fault is ours.
        if (!request.destroyed) process.emitWarning(error instanceof Error ? error : String(error));
        response.destroy();
      });
  };
}

async function answer(
  kinesis: AdministeredKinesis,
  clock: Clock,
  host: string,
  request: IncomingMessage,
): Promise<AdminAnswer> {
  const { method = '', url = '/', headers } = request;
  let body: Buffer;
  try {
    body = await readBody(request, maxBodyBytes);
  } catch (error) {
    if (!(error instanceof KinesisServiceError)) throw error;
    return refusal(413, 'BODY_TOO_LARGE', error.message);
  }
  const refused = guardAdmin(
    {
      origin: headers.origin,
      host: headers.host,
      contentType: headers['content-type'],
      hasBody: body.length > 0,
    },
    host,
  );
  if (refused) return refused;
  const [path = '/'] = url.split('?', 1);
  return answerAdmin(kinesis, clock, { method, path, body: body.toString() });
}

function send(response: ServerResponse, { status, body, headers = {} }: AdminAnswer): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
