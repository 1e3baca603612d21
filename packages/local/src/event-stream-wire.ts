import { EventStreamCodec } from '@smithy/core/event-streams';
import type { WireFormat } from './wire-format.js';

/** The messages of an event stream as bytes; what they carry is in the format of the request. */
export interface EventMessages {
  /** Comes before all events: clients hold the answer back until the first message is there. */
  readonly opening: Uint8Array;
  /** An event: an object with one member, named as the event. */
  event(event: object): Uint8Array;
  /** An error in the place of an event; the last message. */
  exception(name: string, message: string): Uint8Array;
  /** An event whose checksum is wrong. */
  corrupt(): Uint8Array;
}

/** The content type of an answer that is a stream of events. */
export const eventStreamType = 'application/vnd.amazon.eventstream';

/** The messages of streams in `format`. */
export function eventMessages(format: WireFormat): EventMessages {
  const codec = new EventStreamCodec(
    (input) => (typeof input === 'string' ? input : Buffer.from(input).toString()),
    (input) => Buffer.from(input),
  );
  const message = (type: 'event' | 'exception', name: string, content: object): Uint8Array => {
    const body = format.encode(content);
    const header = (value: string) => ({ type: 'string' as const, value });
    return codec.encode({
      headers: {
        [`:${type}-type`]: header(name),
        ':content-type': header(format.contentType),
        ':message-type': header(type),
      },
      body: typeof body === 'string' ? Buffer.from(body) : body,
    });
  };
  return {
    opening: message('event', 'initial-response', {}),
    event(event) {
      const [[name, content] = ['', {}]] = Object.entries(event) as [string, object][];
      return message('event', name, content);
    },
    exception: (name, text) => message('exception', name, { message: text }),
    corrupt() {
      const whole = message('event', 'SubscribeToShardEvent', {});
      const last = whole.length - 1;
      whole[last] = (whole[last] ?? 0) ^ 1;
      return whole;
    },
  };
}
