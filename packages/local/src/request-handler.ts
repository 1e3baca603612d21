import type { Random } from '@shardline/core';
import { BodyBudget } from './body-budget.js';
import { cborWire } from './cbor-wire.js';
import { ConnectionFaultError } from './connection-fault-error.js';
import { type EventMessages, eventMessages, eventStreamType } from './event-stream-wire.js';
import {
  type Connection,
  cutAnswer,
  isGone,
  type Request,
  type Response,
  resetConnection,
} from './http-connection.js';
import { jsonWire } from './json-wire.js';
import type { LocalKinesis } from './local-kinesis.js';
import { readBody } from './request-body.js';
import { requestId } from './request-id.js';
import { sendEvents } from './send-events.js';
import { KinesisServiceError } from './service-error.js';
import type { WireFormat } from './wire-format.js';

/** A POST of the largest PutRecords in base64 with every character of its keys escaped stays below this. */
export const defaultMaxBodyBytes = 20_971_520;

/** How many bytes of bodies may be under way at once; many times what any client has. */
const defaultMaxBodiesBytes = 536_870_912;

const targetPrefix = 'Kinesis_20131202.';

/** Serves a request that came over `connection`. */
export type RequestHandler = (request: Request, response: Response, connection: Connection) => void;

/** Answers requests in AWS JSON 1.1 and CBOR 1.1, over HTTP/1.1 and HTTP/2 alike. Never throws. */
export function requestHandler(
  kinesis: Pick<LocalKinesis, 'nowMs' | 'receive'>,
  maxBodyBytes: number,
  random: Random,
  maxBodiesBytes = Math.max(defaultMaxBodiesBytes, maxBodyBytes),
): RequestHandler {
  const messages = new Map([jsonWire, cborWire].map((format) => [format, eventMessages(format)]));
  const budget = new BodyBudget(maxBodiesBytes);
  return (request, response, connection) => {
    response.setHeader('x-amzn-requestid', requestId(random));
    // Clients take the service's time from here, so it must be the time of its records and timestamps.
    response.setHeader('date', new Date(kinesis.nowMs()).toUTCString());
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.on('error', () => gone.abort());
    // HTTP/2 says here what has become of a stream whose body has long been read.
    request.on('error', () => gone.abort());
    serve(kinesis, () => readBody(request, maxBodyBytes, budget), request, gone.signal)
      .then(
        (answer) => send(response, connection, answer, messages),
        (error: unknown) => fail(request, response, connection, error),
      )
      .catch((error: unknown) => {
        // The answer cannot be written: a fault of ours, which must neither hang this client nor end the process.
        process.emitWarning(error instanceof Error ? error : String(error));
        resetConnection(connection);
      });
  };
}

interface Answer {
  readonly format: WireFormat;
  readonly content: object;
}

async function serve(
  kinesis: Pick<LocalKinesis, 'receive'>,
  bodyOf: () => Promise<Buffer>,
  request: Request,
  gone: AbortSignal,
): Promise<Answer | 'healthy'> {
  if (asksForHealth(request)) return 'healthy';
  const body = await bodyOf();
  const operation = operationOf(request);
  requireSignature(request);
  const format = requireFormat(request);
  const content = await kinesis.receive(operation, format.parse(body), format.form, gone);
  return { format, content };
}

/** Probes ask in many ways. */
function asksForHealth({ method, url = '' }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && url.split('?', 1)[0] === '/health';
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
  const { authorization, date, 'x-amz-date': signedAt = date } = request.headers;
  if (authorization === undefined) {
    throw new KinesisServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const complete = ['Credential=', 'SignedHeaders=', 'Signature='].every((part) =>
    authorization.includes(part),
  );
  if (!authorization.startsWith('AWS4-') || !complete || signedAt === undefined) {
    const message =
      'Authorization header requires Credential, SignedHeaders and Signature parameters, and an X-Amz-Date or Date header.';
    throw new KinesisServiceError('IncompleteSignatureException', message);
  }
}

function contentTypeOf(request: Request): string | undefined {
  return request.headers['content-type']?.split(';', 1)[0]?.trim();
}

function formatOf(request: Request): WireFormat | undefined {
  const type = contentTypeOf(request);
  return type === jsonWire.contentType ? jsonWire : type === cborWire.contentType ? cborWire : undefined;
}

function requireFormat(request: Request): WireFormat {
  const format = formatOf(request);
  if (format) return format;
  const message = `There are no operations for content type ${contentTypeOf(request) ?? '(none)'}; use ${jsonWire.contentType} or ${cborWire.contentType}.`;
  throw new KinesisServiceError('UnknownOperationException', message, 404);
}

function send(
  response: Response,
  connection: Connection,
  answer: Answer | 'healthy',
  messages: ReadonlyMap<WireFormat, EventMessages>,
): void {
  if (answer === 'healthy') {
    sendBody(response, 200, '{"status":"ok"}', { 'content-type': 'application/json' });
    return;
  }
  const { format, content } = answer;
  const written = messages.get(format);
  if (written && isEventStream(content)) {
    sendStream(content.EventStream, written, response, connection);
  } else {
    // Outputs have members that are always there; only an operation without output has none.
    const body = Object.keys(content).length === 0 ? format.noOutput : format.encode(content);
    sendBody(response, 200, body, { 'content-type': format.contentType });
  }
}

function isEventStream(answer: object): answer is { EventStream: AsyncIterable<object> } {
  const { EventStream } = answer as { EventStream?: unknown };
  return typeof EventStream === 'object' && EventStream !== null && Symbol.asyncIterator in EventStream;
}

function sendStream(
  events: AsyncIterable<object>,
  messages: EventMessages,
  response: Response,
  connection: Connection,
): void {
  response.statusCode = 200;
  if (!isGone(response)) response.setHeader('content-type', eventStreamType);
  void sendEvents(events, messages, response, (how) => cutAnswer(how, response, connection));
}

function fail(request: Request, response: Response, connection: Connection, error: unknown): void {
  if (error instanceof ConnectionFaultError) {
    if (error.kind === 'reset') resetConnection(connection);
  } else if (error instanceof KinesisServiceError) {
    const format = formatOf(request) ?? jsonWire;
    const body = format.encode({ __type: error.name, message: error.message });
    const headers = { 'content-type': format.contentType, 'x-amzn-errortype': error.name };
    sendBody(response, error.statusCode, body, headers);
  } else if (!isGone(response)) {
    // A client that went away while it was sending ends up here too; what is left is a fault of ours.
    const message = error instanceof Error ? error.message : String(error);
    fail(request, response, connection, new KinesisServiceError('InternalFailure', message, 500));
  }
}

function sendBody(
  response: Response,
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  if (isGone(response)) return;
  const length = String(Buffer.byteLength(body));
  // One signature for both protocols' writeHead does not exist.
  for (const [name, value] of Object.entries({ ...headers, 'content-length': length }))
    response.setHeader(name, value);
  response.statusCode = status;
  response.end(body);
}
