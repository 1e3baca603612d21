import { cbor } from '@smithy/core/cbor';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { describe, expect, it } from 'vitest';
import { cborWire } from '../src/cbor-wire.js';
import { eventMessages } from '../src/event-stream-wire.js';
import { jsonWire } from '../src/json-wire.js';

const codec = new EventStreamCodec(
  (input) => Buffer.from(input as Uint8Array).toString(),
  (input) => Buffer.from(input),
);
const read = (message: Uint8Array) => {
  const { headers, body } = codec.decode(message);
  const values = Object.entries(headers).map(([name, { type, value }]) => [name, type, value]);
  return { headers: values, body };
};
const header = (name: string, value: string) => [name, 'string', value];

describe('eventMessages', () => {
  const event = {
    SubscribeToShardEvent: {
      Records: [{ Data: Buffer.from('hi'), At: new Date(1_500) }],
      MillisBehindLatest: 0,
    },
  };

  it('opens with an empty initial response', () => {
    const { headers, body } = read(eventMessages(jsonWire).opening);
    expect(headers).toEqual([
      header(':event-type', 'initial-response'),
      header(':content-type', 'application/x-amz-json-1.1'),
      header(':message-type', 'event'),
    ]);
    expect(Buffer.from(body).toString()).toBe('{}');
    expect(cbor.deserialize(read(eventMessages(cborWire).opening).body)).toEqual({});
  });

  it('writes events in JSON', () => {
    const { headers, body } = read(eventMessages(jsonWire).event(event));
    expect(headers).toContainEqual(header(':event-type', 'SubscribeToShardEvent'));
    expect(JSON.parse(Buffer.from(body).toString())).toEqual({
      Records: [{ Data: 'aGk=', At: 1.5 }],
      MillisBehindLatest: 0,
    });
  });

  it('writes events in CBOR', () => {
    const { headers, body } = read(eventMessages(cborWire).event(event));
    expect(headers).toContainEqual(header(':content-type', 'application/x-amz-cbor-1.1'));
    expect(cbor.deserialize(body)).toMatchObject({
      Records: [{ Data: new Uint8Array([104, 105]), At: { tag: 1, value: 1_500 } }],
    });
  });

  it('writes an error as the SDK’s clients expect it', () => {
    const { headers, body } = read(eventMessages(jsonWire).exception('ResourceInUseException', 'Taken.'));
    expect(headers).toEqual([
      header(':exception-type', 'ResourceInUseException'),
      header(':content-type', 'application/x-amz-json-1.1'),
      header(':message-type', 'exception'),
    ]);
    expect(JSON.parse(Buffer.from(body).toString())).toEqual({ message: 'Taken.' });
  });

  it('writes a wrong checksum only where it is wanted', () => {
    const messages = eventMessages(jsonWire);
    expect(() => codec.decode(messages.corrupt())).toThrow(/message checksum/);
    expect(() => codec.decode(messages.event(event))).not.toThrow();
  });
});
