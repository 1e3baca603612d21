import { createServer as createHttp1Server, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server, type Http2Session } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Clock } from '@shardline/core';
import type { TlsKeyPair } from './certificate.js';
import type { Connection } from './http-connection.js';
import { RequestDeadlines } from './request-deadlines.js';
import type { RequestHandler } from './request-handler.js';

/** What a port speaks beyond cleartext HTTP. */
export interface SwitchOptions {
  /** With it TLS is spoken too. */
  readonly tls?: TlsKeyPair | undefined;
  /** How many requests one HTTP/2 session may have open; as many as it likes when absent. */
  readonly maxConcurrentStreams?: number | undefined;
}

/**
 * A server that takes HTTP/1.1 and HTTP/2, cleartext or over TLS, on one port, told apart by the first bytes and by ALPN: the
 * SDK's Kinesis client speaks HTTP/2 unless it is given another handler, nearly everything else speaks HTTP/1.1.
 *
 * A request of HTTP/1.1 must come whole in time, and so must whatever a connection begins with.
 */
export function createProtocolSwitch(
  handler: RequestHandler,
  clock: Clock,
  options: SwitchOptions = {},
): Server {
  const deadlines = new RequestDeadlines(clock);
  const http = httpServers(handler, deadlines, options.maxConcurrentStreams);
  const secure = options.tls && tlsServer(options.tls, http);
  // Events are small and may not wait for one another.
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    deadlines.begin(socket);
    whenStartIsKnown(socket, (start) => {
      const plain = { tcp: socket, top: socket };
      if (start === 'tls' && secure) secure.take(socket);
      else if (start === 'http2') http.take2(plain);
      else http.take1(plain);
    });
  });
  server.on('close', () => http.close());
  return server;
}

interface HttpServers {
  take1(connection: Connection): void;
  take2(connection: Connection): void;
  close(): void;
}

/** The servers of both protocols; they do not listen, but are handed their connections. */
function httpServers(
  handler: RequestHandler,
  deadlines: RequestDeadlines,
  maxConcurrentStreams: number | undefined,
): HttpServers {
  // By what the servers know of them: the socket of HTTP/1.1, the session of HTTP/2.
  const connections = new WeakMap<object, Connection>();
  const newest = new WeakMap<Socket, IncomingMessage>();
  // An idle keep-alive connection that the server closes just as a client writes to it looks like a reset, so none is.
  const http1 = createHttp1Server({ keepAliveTimeout: 0 }, (request, response) => {
    const { socket } = request;
    const connection = connections.get(socket) ?? { tcp: socket, top: socket };
    newest.set(socket, request);
    // With the head of another one behind it that one is waited for.
    request.once('end', () => newest.get(socket) === request && deadlines.end(connection.tcp));
    handler(request, response, connection);
  });
  const http2 = createHttp2Server(
    {
      // The default of 10 MB fails with two large requests on one session.
      maxSessionMemory: 1_000,
      settings: maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams },
    },
    (request, response) => {
      const connection = connections.get(request.stream.session ?? request);
      // Without a session the client is gone.
      if (connection) handler(request, response, connection);
    },
  );
  http2.on('sessionError', () => {
    // The client broke the protocol or went away; Node has closed its session.
  });
  return {
    take1(connection) {
      connections.set(connection.top, connection);
      http1.emit('connection', connection.top);
    },
    take2(connection) {
      deadlines.forget(connection.tcp);
      const { top } = connection;
      const remember = (session: Http2Session) => connections.set(session, connection);
      http2.once('session', remember);
      http2.emit('connection', top);
      http2.off('session', remember);
    },
    close: () => http1.close(),
  };
}

/** A server of TLS over connections that it is handed; what comes out of them goes to `http`. */
function tlsServer({ key, certificate }: TlsKeyPair, http: HttpServers): { take(tcp: Socket): void } {
  // Node does not tell which connection a secure socket lies on, but both know the peer.
  const connections = new Map<string, Socket>();
  const server = createTlsServer({ key, cert: certificate, ALPNProtocols: ['h2', 'http/1.1'] }, (top) => {
    top.on('error', () => top.destroy());
    const tcp = connections.get(peerOf(top));
    // Gone between its handshake and now.
    if (!tcp) top.destroy();
    else if (top.alpnProtocol === 'h2') http.take2({ tcp, top });
    else if (top.alpnProtocol === 'http/1.1') http.take1({ tcp, top });
    else takeUnagreed({ tcp, top }, http);
  });
  server.on('tlsClientError', (_error, top) => top.destroy());
  return {
    take(tcp) {
      const peer = peerOf(tcp);
      connections.set(peer, tcp);
      tcp.once('close', () => {
        if (connections.get(peer) === tcp) connections.delete(peer);
      });
      server.emit('connection', tcp);
    },
  };
}

/** The SDK for Java has nothing agreed upon: it speaks HTTP/2 over TLS with prior knowledge too. */
function takeUnagreed(connection: Connection, http: HttpServers): void {
  const top = connection.top as TLSSocket;
  whenStartIsKnown(top, (start) => {
    if (start !== 'http2') return http.take1(connection);
    // Node's server refuses a session that was not agreed upon.
    top.alpnProtocol = 'h2';
    http.take2(connection);
  });
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** What connections begin with: HTTP/2 with prior knowledge, a TLS handshake, or anything else. */
type Start = 'http2' | 'tls' | 'other';
const http2Start = 'PRI';
const tlsStart = '\x16';

/** Reads until it is clear what a connection speaks, and puts what was read back. */
function whenStartIsKnown(socket: Socket, decide: (start: Start) => void): void {
  let start = '';
  const look = () => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    start += bytes.toString('latin1');
    if (start.length < http2Start.length && http2Start.startsWith(start)) return;
    socket.off('readable', look);
    socket.unshift(Buffer.from(start, 'latin1'));
    if (start.startsWith(tlsStart)) decide('tls');
    else decide(start.startsWith(http2Start) ? 'http2' : 'other');
  };
  socket.on('readable', look);
}
