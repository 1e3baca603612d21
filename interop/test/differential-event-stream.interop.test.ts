import { describe, expect, it } from 'vitest';
import { type EventMessage, eventMessages } from '../src/differential/event-stream.js';

function frame(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const block = Buffer.concat(
    Object.entries(headers).map(([name, value]) =>
      Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        Buffer.from([7, 0, value.length]),
        Buffer.from(value),
      ]),
    ),
  );
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + block.length + payload.length, 0);
  prelude.writeUInt32BE(block.length, 4);
  return Buffer.concat([prelude, block, Buffer.from(payload), Buffer.alloc(4)]);
}

async function messagesIn(chunks: readonly Uint8Array[]): Promise<readonly EventMessage[]> {
  const found: EventMessage[] = [];
  const bytes = (async function* () {
    yield* chunks;
  })();
  for await (const message of eventMessages(bytes)) found.push(message);
  return found;
}

describe('eventMessages', () => {
  const bytes = Buffer.concat([
    frame({ ':message-type': 'event', ':event-type': 'X' }, '{"a":1}'),
    frame({ ':message-type': 'event' }, ''),
  ]);
  const messages = [
    { headers: { ':message-type': 'event', ':event-type': 'X' }, payload: { a: 1 } },
    { headers: { ':message-type': 'event' }, payload: {} },
  ];

  it('reads messages that come at once, and byte by byte', async () => {
    expect(await messagesIn([bytes])).toEqual(messages);
    expect(await messagesIn(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(messages);
  });

  it('leaves out a message that was cut', async () => {
    expect(await messagesIn([bytes.subarray(0, -1)])).toEqual(messages.slice(0, 1));
  });
});
