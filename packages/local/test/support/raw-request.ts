import { Agent, request } from 'node:http';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
}

/** Headers of a request that is in order. */
export const goodHeaders = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-date': '20261121T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=a/20261121/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=b',
};

/** Sends one HTTP/1.1 request on a connection of its own. */
export function rawRequest(
  endpoint: string,
  options: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
  } = {},
): Promise<RawAnswer> {
  const { method = 'POST', path = '/', headers = goodHeaders, body = '' } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(`${endpoint}${path}`, { method, headers, agent: new Agent() }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const { statusCode = 0, headers: received } = answer;
        resolve({ status: statusCode, headers: received, text: bytes.toString(), bytes });
      });
      answer.on('error', reject);
    });
    outgoing.on('error', reject);
    // A client that asks first sends its body only when told to go on.
    if ('expect' in headers) outgoing.on('continue', () => outgoing.end(body));
    else outgoing.end(body);
  });
}
