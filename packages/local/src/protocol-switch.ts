import { createServer as createHttp1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import type { requestHandler } from './request-handler.js';

/** What HTTP/2 with prior knowledge begins with. */
const http2Start = 'PRI';

/**
 * A server that takes HTTP/1.1 and cleartext HTTP/2 on one port, told apart by the first bytes: the SDK's Kinesis client
 * speaks HTTP/2 unless it is given another handler, nearly everything else speaks HTTP/1.1.
 */
export function createProtocolSwitch(handler: ReturnType<typeof requestHandler>): Server {
  // An idle keep-alive connection that the server closes just as a client writes to it looks like a reset, so none is.
  const http1 = createHttp1Server({ keepAliveTimeout: 0 }, handler);
  // The default of 10 MB fails with two large requests on one session.
  const http2 = createHttp2Server({ maxSessionMemory: 1_000 }, handler);
  http2.on('sessionError', () => {
    // The client broke the protocol or went away; Node has closed its session.
  });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const start = socket.read() as Buffer | null;
      if (start === null) return;
      socket.unshift(start);
      const target = start.subarray(0, http2Start.length).toString('latin1') === http2Start ? http2 : http1;
      target.emit('connection', socket);
    });
  });
  server.on('close', () => http1.close());
  return server;
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
