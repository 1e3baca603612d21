/** The admin port as a client sees it; what it answers is shown by the tests of its routes. */
import { describe, expect, it } from 'vitest';
import { startLocalKinesis } from '../src/index.js';

describe('createAdminServer', () => {
  it('is reached at adminEndpoint, and only there, until the server closes', async () => {
    const server = await startLocalKinesis({ adminPort: 0, streams: [{ name: 's' }] });
    const { adminEndpoint = '' } = server;
    try {
      const answer = await fetch(`${adminEndpoint}/faults`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
      expect((await fetch(`${server.endpoint}/faults`)).status).toBe(400);
    } finally {
      await server.close();
    }
    await expect(fetch(adminEndpoint)).rejects.toThrow();
  });

  it('listens where it is told, whatever the address of the other port', async () => {
    const server = await startLocalKinesis({ adminPort: 0, adminHost: '127.0.0.2' });
    try {
      expect(server.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:/);
      expect(server.adminEndpoint).toMatch(/^http:\/\/127\.0\.0\.2:/);
      expect((await fetch(`${server.adminEndpoint}/health`)).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  it('stays on loopback where the service listens on all addresses', async () => {
    const server = await startLocalKinesis({ host: '0.0.0.0', adminPort: 0 });
    const port = Number(new URL(server.adminEndpoint ?? '').port);
    // Free for another server on another address of this machine.
    const other = await startLocalKinesis({ host: '127.0.0.2', port });
    await Promise.all([server.close(), other.close()]);
  });

  it('is not there unless it is asked for', async () => {
    const server = await startLocalKinesis();
    expect(server).not.toHaveProperty('adminEndpoint');
    await server.close();
  });

  it('keeps the server from starting when its port is taken', async () => {
    const first = await startLocalKinesis({ adminPort: 0 });
    const adminPort = Number(new URL(first.adminEndpoint ?? '').port);
    const port = Number(new URL(first.endpoint).port);
    await first.close();
    const second = await startLocalKinesis({ port: adminPort });
    await expect(startLocalKinesis({ port, adminPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    // Nothing holds the main port either.
    const third = await startLocalKinesis({ port });
    await Promise.all([second.close(), third.close()]);
  });
});
