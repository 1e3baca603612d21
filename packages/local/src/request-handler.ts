import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Random } from '@shardline/core';
import { ConnectionFaultError } from './connection-fault-error.js';
import { encodeJson } from './json-wire.js';
import type { LocalKinesis } from './local-kinesis.js';
import { readBody } from './request-body.js';
import { requestId } from './request-id.js';
import { KinesisServiceError } from './service-error.js';

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** A POST of the largest PutRecords in base64 with every character of its keys escaped stays below this. */
export const defaultMaxBodyBytes = 20_971_520;

const contentType = 'application/x-amz-json-1.1';
const targetPrefix = 'Kinesis_20131202.';

/** Answers requests in AWS JSON 1.1, over HTTP/1.1 and HTTP/2 alike. Never throws. */
export function requestHandler(
  kinesis: LocalKinesis,
  maxBodyBytes: number,
  random: Random,
): (request: Request, response: Response) => void {
  return (request, response) => {
    response.setHeader('x-amzn-requestid', requestId(random));
    // Clients take the service's time from here, so it must be the time of its records and timestamps.
    response.setHeader('date', new Date(kinesis.nowMs()).toUTCString());
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.once('error', () => gone.abort());
    serve(kinesis, maxBodyBytes, request, gone.signal)
      .then(
        (answer) => send(response, answer.status, answer.body, answer.headers),
        (error: unknown) => fail(request, response, error),
      )
      .catch((error: unknown) => {
        // The answer cannot be written: a fault of ours, which must neither hang this client nor end the process.
        process.emitWarning(error instanceof Error ? error : String(error));
        dropConnection(request);
      });
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function serve(
  kinesis: LocalKinesis,
  maxBodyBytes: number,
  request: Request,
  gone: AbortSignal,
): Promise<Answer> {
  if (request.method === 'GET' && request.url === '/health') {
    return { status: 200, body: '{"status":"ok"}', headers: { 'content-type': 'application/json' } };
  }
  const body = await readBody(request, maxBodyBytes);
  const operation = operationOf(request);
  requireSignature(request);
  requireJson(request);
  const answer = await kinesis.receive(operation, parse(body), 'json', gone);
  return { status: 200, body: encodeJson(answer), headers: { 'content-type': contentType } };
}

function operationOf(request: Request): string {
  const target = request.headers['x-amz-target'];
  if (request.method !== 'POST' || typeof target !== 'string' || !target.startsWith(targetPrefix)) {
    throw new KinesisServiceError('UnknownOperationException', 'X-Amz-Target names no operation of Kinesis.');
  }
  return target.slice(targetPrefix.length);
}

/** Signatures are not checked, but a request without one would fail against the service too. */
function requireSignature(request: Request): void {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new KinesisServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const complete = ['Credential=', 'SignedHeaders=', 'Signature='].every((part) =>
    authorization.includes(part),
  );
  if (!authorization.startsWith('AWS4-') || !complete) {
    const message = 'Authorization header requires Credential, SignedHeaders and Signature parameters.';
    throw new KinesisServiceError('IncompleteSignatureException', message, 403);
  }
}

function requireJson(request: Request): void {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim();
  if (type === contentType) return;
  const message = `Content type ${type ?? '(none)'} is not understood; use ${contentType}.`;
  throw new KinesisServiceError('SerializationException', message, 415);
}

function parse(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KinesisServiceError('SerializationException', `The body is not JSON: ${reason}`);
  }
}

function fail(request: Request, response: Response, error: unknown): void {
  if (error instanceof ConnectionFaultError) {
    if (error.kind === 'reset') dropConnection(request);
  } else if (error instanceof KinesisServiceError) {
    const body = JSON.stringify({ __type: error.name, message: error.message });
    send(response, error.statusCode, body, { 'content-type': contentType, 'x-amzn-errortype': error.name });
  } else if (!response.destroyed) {
    // A client that went away while it was sending ends up here too; what is left is a fault of ours.
    const message = error instanceof Error ? error.message : String(error);
    fail(request, response, new KinesisServiceError('InternalFailure', message, 500));
  }
}

function dropConnection(request: Request): void {
  if ('stream' in request) request.stream.session?.destroy();
  else request.socket.resetAndDestroy();
}

function send(
  response: Response,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  if (response.destroyed) return;
  const length = String(Buffer.byteLength(body));
  // One signature for both protocols' writeHead does not exist.
  for (const [name, value] of Object.entries({ ...headers, 'content-length': length }))
    response.setHeader(name, value);
  response.statusCode = status;
  response.end(body);
}
