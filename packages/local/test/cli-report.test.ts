import { describe, expect, it } from 'vitest';
import { type ReadyFacts, readyJson, readyLines, readyStreams } from '../src/cli-report.js';
import { service } from './support/service.js';

const clientConfigFor = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const plain: ReadyFacts = {
  endpoint: 'http://127.0.0.1:1',
  clientConfig: clientConfigFor('http://127.0.0.1:1'),
  adminEndpoint: undefined,
  certificate: undefined,
  certFile: undefined,
  streams: [{ name: 'a', shards: 1 }],
};
const full: ReadyFacts = {
  endpoint: 'https://127.0.0.1:1',
  clientConfig: clientConfigFor('https://127.0.0.1:1'),
  adminEndpoint: 'http://127.0.0.1:2',
  certificate: 'PEM\n',
  certFile: '/c.pem',
  streams: [
    { name: 'a', shards: 2 },
    { name: 'b', shards: 4, mode: 'on-demand' },
  ],
};

describe('readyStreams', () => {
  it('has the streams in the order in which they were asked for, as they came to be', () => {
    const specs = [
      { name: 'z', mode: 'on-demand' },
      { name: 'a', shards: 2 },
      { name: 'm' },
      { name: 'y', mode: 'on-demand', recordDistribution: 'auto' },
    ] as const;
    expect(readyStreams(specs, service({ streams: specs }).kinesis.snapshot())).toEqual([
      { name: 'z', shards: 4, mode: 'on-demand' },
      { name: 'a', shards: 2 },
      { name: 'm', shards: 1 },
      { name: 'y', shards: 4, mode: 'on-demand-auto' },
    ]);
  });
});

describe('readyJson', () => {
  it('is one line, with members only for what there is', () => {
    expect(JSON.parse(readyJson(plain))).toEqual({
      ready: true,
      endpoint: plain.endpoint,
      clientConfig: plain.clientConfig,
      streams: [{ name: 'a', shards: 1 }],
    });
    expect(readyJson(full)).not.toContain('\n');
    expect(JSON.parse(readyJson(full))).toEqual({
      ready: true,
      endpoint: full.endpoint,
      clientConfig: full.clientConfig,
      adminEndpoint: full.adminEndpoint,
      streams: full.streams,
      tls: { certificate: 'PEM\n', certificateFile: '/c.pem' },
    });
    expect(JSON.parse(readyJson({ ...full, certFile: undefined })).tls).toEqual({ certificate: 'PEM\n' });
  });
});

describe('readyLines', () => {
  it('tells a person what there is and what to do with it', () => {
    expect(readyLines(plain)).toEqual([
      'Local Kinesis listens on http://127.0.0.1:1 (health: http://127.0.0.1:1/health).',
      '  stream a, 1 open shard',
      'Point a client at it: AWS_ENDPOINT_URL_KINESIS=http://127.0.0.1:1; any credentials will do.',
      'In code: new KinesisClient({"endpoint":"http://127.0.0.1:1","region":"us-east-1",' +
        '"credentials":{"accessKeyId":"local","secretAccessKey":"local"}})',
    ]);
    expect(readyLines(full).slice(1, 5)).toEqual([
      '  stream a, 2 open shards',
      '  stream b, on-demand, 4 open shards',
      '  admin port http://127.0.0.1:2 (GET / lists what it takes)',
      '  certificate /c.pem (NODE_EXTRA_CA_CERTS for Node, AWS_CA_BUNDLE for boto3 and the AWS CLI)',
    ]);
    expect(readyLines({ ...full, certFile: undefined })[4]).toContain('--cert-file PATH writes it');
  });
});
