import { Agent, type IncomingMessage, request } from 'node:http';
import type { Json, RawRequest } from './scenario.js';

/** An answer as it came. */
export interface WireAnswer {
  readonly status: number;
  /** The parsed body; text where it is no JSON, undefined where there is none. */
  readonly body: unknown;
}

/** No answer takes so long, and no stream is silent for so long. */
const ANSWER_MS = 60_000;

/** Calls one server as one account, in AWS JSON 1.1 over HTTP/1.1. ACCOUNT in a body stands for the account's id. */
export class Wire {
  readonly #endpoint: string;
  readonly #accountId: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(endpoint: string, accountId: string) {
    this.#endpoint = endpoint;
    this.#accountId = accountId;
  }

  async call(operation: string, body: Json, raw: RawRequest = {}): Promise<WireAnswer> {
    const response = await this.open(operation, body, raw);
    if (response.headers['content-type']?.includes('eventstream')) {
      response.destroy();
      return { status: response.statusCode ?? 0, body: '(an event stream)' };
    }
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) };
  }

  /** The answer before its body was read; fails where none comes. */
  open(operation: string, body: Json, raw: RawRequest = {}): Promise<IncomingMessage> {
    const given: Record<string, string | undefined> = { ...this.#headers(operation), ...raw.headers };
    const headers = Object.fromEntries(
      Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    return new Promise((resolve, reject) => {
      const sent = request(this.#endpoint, { method: 'POST', agent: this.#agent, headers }, resolve);
      sent.once('error', reject);
      sent.setTimeout(ANSWER_MS, () =>
        sent.destroy(new Error(`no answer to ${operation} in ${ANSWER_MS} ms`)),
      );
      sent.end(raw.body ?? JSON.stringify(body).replaceAll('ACCOUNT', this.#accountId));
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** kinesis-local tells accounts apart by the access key. */
  #headers(operation: string): Record<string, string> {
    const credential = `${this.#accountId}/20261121/us-east-1/kinesis/aws4_request`;
    return {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Kinesis_20131202.${operation}`,
      'x-amz-date': '20261121T000000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    };
  }
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
