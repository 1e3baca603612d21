import type { AddressInfo, Server, Socket } from 'node:net';

/** A server that takes connections. */
export interface Listening {
  readonly port: number;
  /** Drops all connections and stops listening; once for all. */
  close(): Promise<void>;
}

/** Has `server` listen. @throws the system's error, such as that the port is taken. */
export async function listen(server: Server, port: number, host: string): Promise<Listening> {
  // Remembered, so that it can be closed without waiting for its clients.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A connection that could not be taken, for want of file handles say: the others go on.
  server.on('error', (error) => process.emitWarning(error));
  let closed: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closed;
    },
  };
}
