import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { traced } from '@shardline/core/internal';
import { readCbor } from './cbor-value.js';
import type { EntryAnswer } from './kinesis-api.js';
import { answerFormat, entryAnswers, readPutAnswer } from './put-answer.js';
import type { ReadyBody } from './put-request.js';
import type { BodyTarget } from './request-body.js';

/** What of the SDK's HTTP request is ours. */
interface HttpRequestFacts {
  body: unknown;
  headers: Record<string, string>;
}

/** What of the SDK's HTTP response is looked at. */
interface HttpResponseFacts {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  body: unknown;
}

/**
 * Sends a finished body as a PutRecords call of the SDK, and reads the answer. Credentials, endpoint, signature, retries and
 * errors are the client's; its serializer gets a request without records, and its deserializer an answer without any.
 */
export async function postBody(
  client: KinesisClient,
  target: BodyTarget,
  body: ReadyBody,
  abortSignal: AbortSignal,
): Promise<readonly EntryAnswer[]> {
  const command = traced(new PutRecordsCommand({ ...target, Records: [] }), abortSignal);
  let answers: readonly EntryAnswer[] | undefined;
  let response: HttpResponseFacts | undefined;
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as HttpRequestFacts;
      request.body = body.bytes;
      request.headers['content-type'] = body.contentType;
      return next(args);
    },
    // Before the length is written, and what the client's owner may have put here.
    { name: 'shardlineBody', step: 'build', priority: 'high' },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      response = result.response as HttpResponseFacts;
      answers = await takeAnswers(client, response, body);
      return result;
    },
    // Before the SDK's own reading.
    { name: 'shardlineAnswer', step: 'deserialize', priority: 'low' },
  );
  const output = await client.send(command, { abortSignal }).catch((error: unknown) => {
    if (response) keepBeginning(response);
    throw error;
  });
  // No answers were taken where something before the connection answered.
  return answers ?? entryAnswers(output.Records);
}

/** Takes the answers out of a good response, and puts what the SDK can read into its place. */
async function takeAnswers(
  client: KinesisClient,
  response: HttpResponseFacts,
  body: ReadyBody,
): Promise<readonly EntryAnswer[] | undefined> {
  const { statusCode } = response;
  const format = answerFormat(contentTypeOf(response), body.format);
  // A page is read here, so that an error can quote it.
  if (statusCode >= 300 && format === 'json') return undefined;
  const bytes = await bytesOf(client, response.body);
  response.body = bytes;
  if (format === undefined) return undefined;
  try {
    if (statusCode >= 300) {
      response.body = Buffer.from(JSON.stringify(readCbor(bytes)));
      return undefined;
    }
    const answers = readPutAnswer(format, bytes);
    response.body = Buffer.from('{}');
    return answers;
  } catch {
    // The SDK cannot read it either, and says so in its own way.
    return undefined;
  }
}

/** Most bytes of an answer that stay with its error: whoever keeps that must not keep a page of megabytes with it (P2). */
const keptBytes = 4_096;

/** Of what was read here. What the SDK reads it leaves nothing of. */
function keepBeginning(response: HttpResponseFacts): void {
  const { body } = response;
  // A copy: a part of a buffer keeps the whole alive.
  if (body instanceof Uint8Array && body.length > keptBytes)
    response.body = new Uint8Array(body.subarray(0, keptBytes));
}

function contentTypeOf({ headers }: HttpResponseFacts): string | undefined {
  for (const name in headers) {
    if (name.toLowerCase() === 'content-type') return headers[name]?.toLowerCase();
  }
  return undefined;
}

function bytesOf(client: KinesisClient, body: unknown): Promise<Uint8Array> {
  return body instanceof Uint8Array ? Promise.resolve(body) : client.config.streamCollector(body);
}
