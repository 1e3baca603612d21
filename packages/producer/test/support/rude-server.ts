import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { LocalKinesisServer } from '@shardline/local';
import { cbor } from '@smithy/core/cbor';
import { onTestFinished } from 'vitest';

/** An answer of the service that is kept back. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A call as it came in, and what may be done with it. */
export interface RudeCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Reads the body. */
  body(): Promise<Buffer>;
  /** Lets the call have its effect. */
  effect(): Promise<KeptAnswer>;
  /** Lets it have its effect, and answers. */
  pass(): Promise<void>;
}

/** What is done to a call instead of answering it. */
export type Rudeness = (call: RudeCall) => void | Promise<void>;

/** Stands before a local Kinesis, as a proxy or a broken front end would, and answers for it as long as it is told to. */
export interface RudeServer {
  readonly clientConfig: LocalKinesisServer['clientConfig'];
  /** Answers PutRecords. */
  onPut: Rudeness | undefined;
  /** Answers everything else. */
  onOther: Rudeness | undefined;
  /** PutRecords calls that came in. */
  puts: number;
}

/** A rude server that ends with the test. */
export async function startRudeServer(local: LocalKinesisServer): Promise<RudeServer> {
  const server = createServer((request, response) => {
    const isPut = String(request.headers['x-amz-target']).endsWith('.PutRecords');
    if (isPut) rude.puts += 1;
    const body = onlyOnce(() => buffer(request));
    const effect = async () => passOn(local.endpoint, request, await body());
    const pass = async () => {
      const answer = await effect();
      response.writeHead(answer.status, answer.headers).end(answer.body);
    };
    const call: RudeCall = { request, response, body, effect, pass };
    const rudeness = (isPut ? rude.onPut : rude.onOther) ?? (() => pass());
    // What goes wrong here goes wrong on the connection.
    Promise.resolve(rudeness(call)).catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const rude: RudeServer = {
    clientConfig: { ...local.clientConfig, endpoint: `http://127.0.0.1:${port}` },
    onPut: undefined,
    onOther: undefined,
    puts: 0,
  };
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return rude;
}

function onlyOnce<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function passOn(endpoint: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  const through = send(new URL(url ?? '/', endpoint), { method, headers, agent: false });
  through.end(body);
  const [answer] = (await once(through, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await buffer(answer) };
}

/** Answers with a page that no service has written. */
export function page(status: number, headers: Record<string, string> = {}): Rudeness {
  return async ({ body, response }) => {
    await body();
    response
      .writeHead(status, { 'content-type': 'text/html', ...headers })
      .end(`<html><body><h1>${status}</h1>\n<p>Ask your administrator.</p></body></html>`);
  };
}

/** Lets the call have its effect, and changes what is answered, in the format of the call. */
export function changed(change: (answer: { readonly Records?: unknown }) => unknown): Rudeness {
  return async ({ response, effect }) => {
    const { status, headers, body } = await effect();
    const { 'content-length': _length, ...others } = headers;
    const isCbor = String(headers['content-type']).includes('cbor');
    const answer = change(isCbor ? cbor.deserialize(body) : JSON.parse(String(body)));
    response.writeHead(status, others).end(isCbor ? cbor.serialize(answer) : JSON.stringify(answer));
  };
}

/** Is rude to the first `times` calls, and passes the others on. */
export function atFirst(times: number, rudeness: Rudeness): Rudeness {
  let calls = 0;
  return (call) => {
    calls += 1;
    return calls <= times ? rudeness(call) : call.pass();
  };
}
