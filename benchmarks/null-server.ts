/**
 * Entry of the null server's process: {@link NullKinesis} behind HTTP and HTTPS on loopback, in AWS JSON 1.1. It tells its
 * parent where it listens, and ends when the parent lets go of it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { loopbackCertificate } from './certificate.js';
import { NullKinesis } from './null-kinesis.js';
import { NullKinesisError } from './null-kinesis-error.js';

/** What the parent is told. */
export interface NullServerAddress {
  readonly httpEndpoint: string;
  readonly httpsEndpoint: string;
  /** PEM; clients must trust it. */
  readonly certificate: string;
}

/** Path under which a stream's counts are taken, by GET. */
const COUNTS_PATH = '/counts/';
/** Path under which the digest of a stream's first pages is found, by GET. */
const FIRST_PAGES_PATH = '/first-pages/';
/** `X-Amz-Target: Kinesis_20131202.PutRecords`. */
const TARGET_PREFIX = 'Kinesis_20131202.';
const SHARDS = 64;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: string | Buffer): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': '00000000-0000-0000-0000-000000000000',
  });
  response.end(body);
}

/** What cases ask for beside the service's own calls. */
function tell(kinesis: NullKinesis, url: string): unknown {
  const stream = (path: string) => decodeURIComponent(url.slice(path.length));
  if (url.startsWith(COUNTS_PATH)) return kinesis.takeCounts(stream(COUNTS_PATH));
  if (url.startsWith(FIRST_PAGES_PATH)) return kinesis.firstPages(stream(FIRST_PAGES_PATH));
  throw new NullKinesisError('UnknownOperationException', `the null server tells nothing of ${url}`);
}

async function handle(
  kinesis: NullKinesis,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = '/' } = request;
  if (request.method === 'GET') return send(response, 200, JSON.stringify(tell(kinesis, url)));
  const body = await readBody(request);
  const target = String(request.headers['x-amz-target'] ?? '');
  const type = String(request.headers['content-type'] ?? '');
  try {
    if (!target.startsWith(TARGET_PREFIX)) {
      throw new NullKinesisError(
        'UnknownOperationException',
        `no Kinesis call: ${target || 'no X-Amz-Target'}`,
      );
    }
    if (type !== 'application/x-amz-json-1.1') {
      throw new NullKinesisError('SerializationException', `the null server reads JSON 1.1, not ${type}`);
    }
    send(response, 200, kinesis.answer(target.slice(TARGET_PREFIX.length), body));
  } catch (error) {
    const { name, message } = error as Error;
    send(response, error instanceof NullKinesisError ? 400 : 500, JSON.stringify({ __type: name, message }));
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

const kinesis = new NullKinesis(SHARDS);
const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
  handle(kinesis, request, response).catch(() => response.destroy());
};
const { certificate, privateKey } = await loopbackCertificate();
const options = { keepAliveTimeout: 60_000 };
const httpPort = await listen(createServer(options, onRequest));
const httpsPort = await listen(
  createSecureServer({ ...options, cert: certificate, key: privateKey }, onRequest),
);
const address: NullServerAddress = {
  httpEndpoint: `http://127.0.0.1:${httpPort}`,
  httpsEndpoint: `https://127.0.0.1:${httpsPort}`,
  certificate,
};
process.once('disconnect', () => process.exit());
process.send?.(address);
