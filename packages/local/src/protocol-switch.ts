import { createServer as createHttp1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '@shardline/core';
import { RequestDeadlines } from './request-deadlines.js';
import type { requestHandler } from './request-handler.js';

/** What HTTP/2 with prior knowledge begins with. */
const http2Start = 'PRI';

/**
 * A server that takes HTTP/1.1 and cleartext HTTP/2 on one port, told apart by the first bytes: the SDK's Kinesis client
 * speaks HTTP/2 unless it is given another handler, nearly everything else speaks HTTP/1.1.
 *
 * The first request of a connection must come whole in time, counted from its start; a later one of HTTP/1.1 from the end
 * of its headers.
 */
export function createProtocolSwitch(handler: ReturnType<typeof requestHandler>, clock: Clock): Server {
  const deadlines = new RequestDeadlines(clock);
  // An idle keep-alive connection that the server closes just as a client writes to it looks like a reset, so none is.
  const http1 = createHttp1Server({ keepAliveTimeout: 0 }, (request, response) => {
    const { socket } = request;
    deadlines.begin(socket);
    request.once('end', () => deadlines.end(socket));
    handler(request, response);
  });
  // The default of 10 MB fails with two large requests on one session.
  const http2 = createHttp2Server({ maxSessionMemory: 1_000 }, handler);
  http2.on('sessionError', () => {
    // The client broke the protocol or went away; Node has closed its session.
  });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    deadlines.begin(socket);
    whenStartIsKnown(socket, (isHttp2) => {
      if (isHttp2) deadlines.end(socket);
      (isHttp2 ? http2 : http1).emit('connection', socket);
    });
  });
  server.on('close', () => http1.close());
  return server;
}

/** Reads until it is clear what a connection speaks, and puts what was read back. */
function whenStartIsKnown(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let start = '';
  const look = () => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    start += bytes.toString('latin1');
    if (start.length < http2Start.length && http2Start.startsWith(start)) return;
    socket.off('readable', look);
    socket.unshift(Buffer.from(start, 'latin1'));
    decide(start.startsWith(http2Start));
  };
  socket.on('readable', look);
}

/** Remembers a server's connections, so that it can be closed without waiting for its clients. */
export function trackSockets(server: Server): { destroyAll(): void } {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    destroyAll() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
