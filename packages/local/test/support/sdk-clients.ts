import http2 from 'node:http2';
import { Agent } from 'node:https';
import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { CborCodec } from '@smithy/core/cbor';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';

/** How a client reaches a server: its protocol, and whether it shares HTTP/2 sessions among subscriptions. */
export type Transport = 'HTTP/2, a session each' | 'HTTP/2, shared' | 'HTTP/1.1';

export interface ClientOptions {
  readonly endpoint: string;
  readonly certificate?: string | undefined;
  readonly transport?: Transport;
  readonly format?: 'json' | 'cbor';
  /** Subscriptions on one shared session. */
  readonly maxConcurrentStreams?: number;
  /** What a shared session takes in of each stream before it is read. */
  readonly streamWindowBytes?: number;
}

/** A client of the SDK. */
export function sdkClient(options: ClientOptions): KinesisClient {
  const config: KinesisClientConfig = {
    endpoint: options.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: handlerFor(options),
  };
  if (options.format !== 'cbor') return new KinesisClient(config);
  return new KinesisClient({ ...config, protocol: cborProtocol() } as KinesisClientConfig);
}

function handlerFor(options: ClientOptions) {
  const { certificate, transport, maxConcurrentStreams } = options;
  if (transport === 'HTTP/1.1') {
    return new NodeHttpHandler(
      certificate ? { httpsAgent: new Agent({ ca: certificate, keepAlive: true }) } : {},
    );
  }
  const shared = maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams };
  const trust = certificate ? { nodeHttp2ConnectOptions: { ca: certificate } } : {};
  if (transport !== 'HTTP/2, shared') return new NodeHttp2Handler({ ...shared, ...trust });
  return new SharingHandler({ ...shared, ...trust }, options);
}

/** The SDK gives each subscription a session of its own unless it is told that it is none. */
export class SharingHandler extends NodeHttp2Handler {
  readonly sessions: http2.ClientHttp2Session[] = [];

  constructor(options: ConstructorParameters<typeof NodeHttp2Handler>[0], client: ClientOptions) {
    super(options);
    const { certificate: ca, streamWindowBytes = 1 << 20 } = client;
    const { connectionManager } = this as unknown as {
      connectionManager: { connect(url: string | URL): http2.ClientHttp2Session };
    };
    connectionManager.connect = (url) => {
      const settings = { initialWindowSize: streamWindowBytes, enablePush: false };
      const session = http2.connect(url, { ...(ca ? { ca } : {}), settings });
      session.once('connect', () => session.setLocalWindowSize(16 << 20));
      this.sessions.push(session);
      return session;
    };
  }

  override handle(...[request, options]: Parameters<NodeHttp2Handler['handle']>) {
    return super.handle(request, { ...options, isEventStream: false } as typeof options);
  }
}

/** AWS CBOR 1.1 is JSON 1.1 with another codec and content type; the SDK has all its parts, but not the whole. */
function cborProtocol(): unknown {
  const { protocol } = new KinesisClient({ region: 'us-east-1' }).config;
  type Base = new (
    options: object,
  ) => {
    deserializer: { readObject?: unknown; readValue?: unknown };
    codec: { createDeserializer(): { readObject?: unknown; readValue: unknown } };
    serializeRequest(...args: unknown[]): Promise<{ headers: Record<string, string> }>;
  };
  const Json = protocol.constructor as Base;
  return class extends Json {
    constructor(options: object) {
      super({ ...options, jsonCodec: new CborWithErrors() });
    }
    override async serializeRequest(...args: unknown[]) {
      const request = await super.serializeRequest(...args);
      request.headers['content-type'] = 'application/x-amz-cbor-1.1';
      return request;
    }
  };
}

/** The path of errors asks the codec for a method by the name that the JSON codec has for it. */
class CborWithErrors extends CborCodec {
  override createDeserializer(): ReturnType<CborCodec['createDeserializer']> {
    const deserializer = super.createDeserializer() as ReturnType<CborCodec['createDeserializer']> & {
      readObject?: unknown;
      readValue?: unknown;
    };
    deserializer.readObject = deserializer.readValue;
    return deserializer;
  }
}
