import type { AccountSnapshot } from './account-snapshot.js';
import type { StreamSpec } from './local-options.js';
import type { LocalKinesisServer } from './start-local-kinesis.js';

/** What there is to tell of a server that is ready. */
export interface ReadyFacts {
  readonly endpoint: string;
  /** What an AWS SDK client is made with. */
  readonly clientConfig: LocalKinesisServer['clientConfig'];
  readonly adminEndpoint: string | undefined;
  /** The certificate in PEM, with TLS. */
  readonly certificate: string | undefined;
  /** The file that has it. */
  readonly certFile: string | undefined;
  readonly streams: readonly ReadyStream[];
}

interface ReadyStream {
  readonly name: string;
  readonly shards: number;
  /** Present for on-demand streams; as `--stream` takes it. */
  readonly mode?: 'on-demand' | 'on-demand-auto';
}

/** The streams that were asked for, as they came to be. */
export function readyStreams(
  specs: readonly StreamSpec[],
  { streams }: AccountSnapshot,
): readonly ReadyStream[] {
  return specs.map(({ name, mode, recordDistribution }) => {
    const shards = streams.find((stream) => stream.name === name)?.openShards ?? 0;
    if (mode !== 'on-demand') return { name, shards };
    return { name, shards, mode: recordDistribution === 'auto' ? 'on-demand-auto' : mode };
  });
}

/** One line of JSON, for a program that has started the server. */
export function readyJson(facts: ReadyFacts): string {
  const { endpoint, clientConfig, adminEndpoint, certificate, certFile, streams } = facts;
  return JSON.stringify({
    ready: true,
    endpoint,
    clientConfig,
    streams,
    ...(adminEndpoint === undefined ? {} : { adminEndpoint }),
    ...(certificate === undefined ? {} : { tls: { certificate, certificateFile: certFile } }),
  });
}

/** Lines for a person. */
export function readyLines(facts: ReadyFacts): readonly string[] {
  const { endpoint, clientConfig, adminEndpoint, certificate, certFile, streams } = facts;
  const trust =
    certFile === undefined
      ? 'made for this run; --cert-file PATH writes it'
      : `${certFile} (NODE_EXTRA_CA_CERTS for Node, AWS_CA_BUNDLE for boto3 and the AWS CLI)`;
  return [
    `Local Kinesis listens on ${endpoint} (health: ${endpoint}/health).`,
    ...streams.map(
      ({ name, shards, mode }) =>
        `  stream ${name}, ${mode === undefined ? '' : `${mode}, `}${shards} open ${shards === 1 ? 'shard' : 'shards'}`,
    ),
    ...(adminEndpoint === undefined ? [] : [`  admin port ${adminEndpoint} (GET / lists what it takes)`]),
    ...(certificate === undefined ? [] : [`  certificate ${trust}`]),
    `Point a client at it: AWS_ENDPOINT_URL_KINESIS=${endpoint}; any credentials will do.`,
    `In code: new KinesisClient(${JSON.stringify(clientConfig)})`,
  ];
}
