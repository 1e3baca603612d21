import { Agent, type IncomingMessage, request } from 'node:http';
import { benchmarkRegion } from './sdk-client.js';

/** The SDK's client is in the same region: kinesis-local keeps each region's streams apart. */
const scope = `000000000000/20261121/${benchmarkRegion}/kinesis/aws4_request`;

/** A body that is ready to be sent. */
export interface ReadyCall {
  readonly operation: string;
  readonly body: Buffer;
}

export function readyCall(operation: string, input: object): ReadyCall {
  return { operation, body: Buffer.from(JSON.stringify(input)) };
}

/** Sends AWS JSON 1.1 over keep-alive sockets, without an SDK: what the client costs should be next to nothing. */
export class JsonCaller {
  readonly #endpoint: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** The parsed answer; throws where the status is not 200. */
  async call(operation: string, input: object): Promise<unknown> {
    const answer = await this.send(readyCall(operation, input));
    return answer.length === 0 ? {} : JSON.parse(answer.toString());
  }

  /** The answer's bytes; throws where the status is not 200. */
  async send(call: ReadyCall): Promise<Buffer> {
    const response = await this.open(call);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (response.statusCode !== 200) throw new Error(`${call.operation}: ${response.statusCode} ${bytes}`);
    return bytes;
  }

  /** The answer before its body was read. */
  open({ operation, body }: ReadyCall): Promise<IncomingMessage> {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': body.length,
      'x-amz-target': `Kinesis_20131202.${operation}`,
      'x-amz-date': '20261121T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    };
    return new Promise((resolve, reject) => {
      const sent = request(this.#endpoint, { method: 'POST', agent: this.#agent, headers }, resolve);
      sent.once('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
