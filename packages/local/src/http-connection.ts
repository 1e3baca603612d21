import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import type { SubscriptionCut } from './fault.js';

/** A request and its answer in either protocol. */
export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;

/** What lies under a request. Without TLS both are the same. */
export interface Connection {
  /** The TCP connection. */
  readonly tcp: Socket;
  /** What HTTP is written to. */
  readonly top: Socket;
}

/** Whether nobody gets an answer any more. */
export function isGone(response: Response): boolean {
  return 'stream' in response ? response.stream.destroyed : response.destroyed;
}

/** Resets the connection, as if the machine on the other side had crashed. */
export function resetConnection({ tcp }: Connection): void {
  // Twice would be an error: its handle is gone.
  if (!tcp.destroyed) tcp.resetAndDestroy();
}

/** Ends an answer that has begun in the way that a fault demands. */
export function cutAnswer(
  how: Exclude<SubscriptionCut, 'corrupt'>,
  response: Response,
  connection: Connection,
): void {
  const stream = 'stream' in response ? response.stream : undefined;
  switch (how) {
    case 'end':
      response.end();
      return;
    case 'fin':
      connection.top.destroySoon();
      return;
    case 'cancel':
      if (stream) stream.close(constants.NGHTTP2_CANCEL);
      else resetConnection(connection);
      return;
    case 'internal-error':
      if (stream) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else resetConnection(connection);
      return;
    case 'goaway':
      // An error without a code goes out as INTERNAL_ERROR.
      if (stream) stream.session?.destroy(new Error('The session ends, as a fault wants it.'));
      else resetConnection(connection);
      return;
    case 'reset':
      resetConnection(connection);
  }
}
