import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import type { Producer, RecordFailedError } from '@shardline/producer';
import { statusOf } from '../http-status.js';

/** Takes an event by HTTP, and answers once it is stored. */
export function ingestServer(producer: Producer) {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) => {
      // Once it is closing, a connection that is kept alive would keep it from ending.
      if (!server.listening) response.setHeader('connection', 'close');
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    try {
      const partitionKey = String(request.headers['x-user'] ?? '');
      await producer.put({ partitionKey, data: await text(request) });
      answer(200, { stored: true });
    } catch (error) {
      // The caller still has the event: whether to send it again, and whether it may be stored all the same.
      const { code, mayBeStored = false } = error as RecordFailedError;
      answer(statusOf(code), { code, mayBeStored });
    }
  });

  /** Takes no more requests, answers those that are in, settles every record; says whether all that was in time. */
  const shutDown = async (deadlineMs: number): Promise<boolean> => {
    const endMs = performance.now() + deadlineMs;
    const closed = once(server, 'close');
    server.close(); // nobody gets in from now on, and connections without a request end
    await Promise.race([closed, wait(deadlineMs * 0.7, undefined, { ref: false })]);
    // What is left now fails with SHUTDOWN_TIMEOUT at the deadline, and its caller gets a 503.
    const inTime = await producer.close({ deadlineMs: Math.max(0, endMs - performance.now()) }).then(
      () => true,
      (error) => {
        console.error(error.message);
        return false;
      },
    );
    await Promise.race([closed, wait(500, undefined, { ref: false })]);
    server.closeAllConnections();
    return inTime;
  };
  return { server, shutDown };
}
