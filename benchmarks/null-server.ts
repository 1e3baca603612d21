/**
 * Entry of the null server's process: {@link NullKinesis} behind HTTP and HTTPS on loopback, in AWS JSON 1.1, and PutRecords in
 * AWS CBOR 1.1 as well. It tells its
 * parent where it listens, and ends when the parent lets go of it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
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
/** Path to give all streams so many new shards, by GET. */
const RESHARD_PATH = '/reshard/';
/** Path to have the shard at that place among the open ones store nothing, by GET; or `none`. */
const BREAK_PATH = '/break/';
/** Path to have PutRecords answered after so many milliseconds, by GET; or `never`, or `unread`: not even its body is taken. */
const ANSWER_PUTS_AFTER_PATH = '/answer-puts-after/';
/** `X-Amz-Target: Kinesis_20131202.PutRecords`. */
const TARGET_PREFIX = 'Kinesis_20131202.';
const SHARDS = 64;

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const JSON_TYPE = 'application/x-amz-json-1.1';
const CBOR_TYPE = 'application/x-amz-cbor-1.1';

function send(response: ServerResponse, status: number, body: string | Uint8Array, type = JSON_TYPE): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': '00000000-0000-0000-0000-000000000000',
  });
  response.end(body);
}

/** How PutRecords is answered. */
interface Patience {
  answerPutsAfter: number | 'never' | 'unread';
}

/** What cases ask for beside the service's own calls. */
function tell(kinesis: NullKinesis, patience: Patience, url: string): unknown {
  if (url.startsWith(RESHARD_PATH)) {
    kinesis.reshard(Number(url.slice(RESHARD_PATH.length)));
    return 'resharded';
  }
  if (url.startsWith(BREAK_PATH)) {
    const shard = url.slice(BREAK_PATH.length);
    kinesis.break(shard === 'none' ? undefined : Number(shard));
    return 'broken';
  }
  if (url.startsWith(ANSWER_PUTS_AFTER_PATH)) {
    const after = url.slice(ANSWER_PUTS_AFTER_PATH.length);
    patience.answerPutsAfter = after === 'never' || after === 'unread' ? after : Number(after);
    return patience;
  }
  const stream = (path: string) => decodeURIComponent(url.slice(path.length));
  if (url.startsWith(COUNTS_PATH)) return kinesis.takeCounts(stream(COUNTS_PATH));
  if (url.startsWith(FIRST_PAGES_PATH)) return kinesis.firstPages(stream(FIRST_PAGES_PATH));
  throw new NullKinesisError('UnknownOperationException', `the null server tells nothing of ${url}`);
}

function answerIn(kinesis: NullKinesis, type: string, operation: string, body: Buffer): string | Uint8Array {
  if (type === JSON_TYPE) return kinesis.answer(operation, body);
  if (type === CBOR_TYPE) return kinesis.answerCbor(operation, body);
  throw new NullKinesisError(
    'SerializationException',
    `the null server reads JSON 1.1 and CBOR 1.1, not ${type}`,
  );
}

async function handle(
  kinesis: NullKinesis,
  patience: Patience,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = '/' } = request;
  if (request.method === 'GET') return send(response, 200, JSON.stringify(tell(kinesis, patience, url)));
  const target = String(request.headers['x-amz-target'] ?? '');
  const { answerPutsAfter } = target === `${TARGET_PREFIX}PutRecords` ? patience : { answerPutsAfter: 0 };
  if (answerPutsAfter === 'unread') return;
  const body = await readBody(request);
  if (answerPutsAfter === 'never') return;
  const type = String(request.headers['content-type'] ?? '');
  try {
    if (!target.startsWith(TARGET_PREFIX)) {
      throw new NullKinesisError(
        'UnknownOperationException',
        `no Kinesis call: ${target || 'no X-Amz-Target'}`,
      );
    }
    const answer = answerIn(kinesis, type, target.slice(TARGET_PREFIX.length), body);
    if (answerPutsAfter > 0) await setTimeout(answerPutsAfter);
    send(response, 200, answer, type);
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
const patience: Patience = { answerPutsAfter: 0 };
const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
  handle(kinesis, patience, request, response).catch(() => response.destroy());
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
