import { Agent, request } from 'node:http';
import { connect } from 'node:http2';
import { cbor } from '@smithy/core/cbor';
import { goodHeaders } from './raw-request.js';

/** The two ways to write a request. */
export interface TestFormat {
  readonly contentType: string;
  encode(input: unknown): Buffer;
  decode(body: Buffer): unknown;
}

/** The formats by name. */
export const testFormats: Readonly<Record<'json' | 'cbor', TestFormat>> = {
  json: {
    contentType: 'application/x-amz-json-1.1',
    encode: (input) => Buffer.from(JSON.stringify(input)),
    // An operation without output is answered without a byte.
    decode: (body) => (body.length === 0 ? {} : JSON.parse(body.toString())),
  },
  cbor: {
    contentType: 'application/x-amz-cbor-1.1',
    encode: (input) => Buffer.from(cbor.serialize(input)),
    decode: (body) => cbor.deserialize(body),
  },
};

/** An answer as it came; without a body if it is a stream of events. */
export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** Sends requests one after another over one connection. */
export interface WireCaller {
  call(headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<WireAnswer>;
  close(): void;
}

/** The headers of a request that is in order. */
export function headersOf(operation: string, contentType: string): Record<string, string> {
  return { ...goodHeaders, 'content-type': contentType, 'x-amz-target': `Kinesis_20131202.${operation}` };
}

const eventStream = 'application/vnd.amazon.eventstream';

/** A caller over HTTP/1.1 with keep-alive, or over one HTTP/2 session. */
export function wireCaller(endpoint: string, protocol: 'HTTP/1.1' | 'HTTP/2'): WireCaller {
  return protocol === 'HTTP/1.1' ? caller1(endpoint) : caller2(endpoint);
}

function caller1(endpoint: string): WireCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    call: (headers, body) =>
      new Promise((resolve, reject) => {
        const outgoing = request(endpoint, { method: 'POST', headers, agent }, (answer) => {
          const { statusCode: status = 0 } = answer;
          const contentType = answer.headers['content-type'] ?? '';
          const chunks: Buffer[] = [];
          answer.on('error', reject);
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => resolve({ status, contentType, body: Buffer.concat(chunks) }));
          if (contentType !== eventStream) return;
          resolve({ status, contentType, body: Buffer.alloc(0) });
          outgoing.destroy();
        });
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function caller2(endpoint: string): WireCaller {
  const session = connect(endpoint);
  return {
    call: (headers, body) =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ':method': 'POST', ...headers });
        stream.on('error', reject);
        stream.on('response', (received) => {
          const status = Number(received[':status']);
          const contentType = received['content-type'] ?? '';
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', () => resolve({ status, contentType, body: Buffer.concat(chunks) }));
          if (contentType !== eventStream) return;
          resolve({ status, contentType, body: Buffer.alloc(0) });
          stream.close();
        });
        stream.end(body);
      }),
    close: () => session.destroy(),
  };
}
