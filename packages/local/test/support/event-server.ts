import { seededRandom, systemClock } from '@shardline/core/internal';
import { selfSignedCertificate } from '../../src/certificate.js';
import { listen } from '../../src/listening.js';
import { createProtocolSwitch } from '../../src/protocol-switch.js';
import { requestHandler } from '../../src/request-handler.js';

/** A server that answers every call with the events that `subscribe` makes; there is no Kinesis behind it. */
export async function eventServer(
  subscribe: (input: unknown) => AsyncIterable<object>,
  options: { readonly tls?: boolean; readonly maxConcurrentStreams?: number } = {},
) {
  const pair = options.tls ? await selfSignedCertificate('127.0.0.1') : undefined;
  const receive = (_operation: string, input: unknown) => Promise.resolve({ EventStream: subscribe(input) });
  const handler = requestHandler({ nowMs: () => 0, receive }, 1_000_000, seededRandom(1));
  const { maxConcurrentStreams } = options;
  const server = createProtocolSwitch(handler, systemClock, { tls: pair, maxConcurrentStreams });
  const { port, close } = await listen(server, 0, '127.0.0.1');
  const endpoint = `${pair ? 'https' : 'http'}://127.0.0.1:${port}`;
  return { endpoint, certificate: pair?.certificate, port, close };
}

/** A subscription's event, as the service sends it. */
export function eventOf(number: number, data: Uint8Array = Buffer.from(`event ${number}`)): object {
  return {
    SubscribeToShardEvent: {
      Records: [
        {
          SequenceNumber: String(number),
          ApproximateArrivalTimestamp: new Date(1_700_000_000_123),
          Data: data,
          PartitionKey: 'k',
        },
      ],
      ContinuationSequenceNumber: String(number),
      MillisBehindLatest: 0,
    },
  };
}
