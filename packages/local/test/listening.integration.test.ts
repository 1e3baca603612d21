import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listen } from '../src/listening.js';
import { warned } from './support/warned.js';

describe('listen', () => {
  it('tells the port, and drops its connections when it is closed, however often', async () => {
    const server = createServer();
    const taken = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const listening = await listen(server, 0, '127.0.0.1');
    const client = connect(listening.port, '127.0.0.1');
    client.on('error', () => undefined);
    const dropped = new Promise((resolve) => client.once('close', resolve));
    client.resume();
    await taken;
    await Promise.all([listening.close(), listening.close()]);
    await dropped;
    expect(server.listening).toBe(false);
  });

  it('rejects when the port is taken', async () => {
    const first = await listen(createServer(), 0, '127.0.0.1');
    await expect(listen(createServer(), first.port, '127.0.0.1')).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await first.close();
  });

  it('warns of what befalls it later, and goes on', async () => {
    const server = createServer();
    const listening = await listen(server, 0, '127.0.0.1');
    const warning = warned(({ message }) => message === 'Too many open files.');
    server.emit('error', new Error('Too many open files.'));
    await warning;
    expect(server.listening).toBe(true);
    await listening.close();
  });
});
