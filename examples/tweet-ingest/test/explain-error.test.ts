import { describe, expect, it } from 'vitest';
import { explainError, fileError } from '../src/explain-error.js';
import { UsageError } from '../src/usage-error.js';

const target = { kind: 'stream', stream: 'tweets', region: 'eu-west-1', endpoint: undefined } as const;

function coded(code: string, message: string, cause?: Error): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

describe('explainError', () => {
  it.each([
    [new UsageError('Unknown option --x. See --help.'), 'Unknown option --x. See --help.', 2],
    [
      coded('STREAM_NOT_FOUND', 'long\nwinded'),
      'There is no stream "tweets" in eu-west-1. Check --stream and --region, or create it: aws kinesis create-stream --stream-name tweets --shard-count 4',
      2,
    ],
    [
      coded('CREDENTIALS_REJECTED', 'x', new Error('Could not load credentials from any providers')),
      'No usable AWS credentials: Could not load credentials from any providers. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (any values will do for a local Kinesis).',
      2,
    ],
    [
      coded('CLIENT_MISCONFIGURED', 'x', new Error('Region is missing')),
      'No AWS region. Give --region, or set AWS_REGION or a profile with one.',
      2,
    ],
    [
      coded('CLIENT_MISCONFIGURED', 'x', new Error('bad agent')),
      'The Kinesis client cannot be used: bad agent. Check --region and --endpoint.',
      2,
    ],
    [coded('ACCESS_DENIED', 'Not for you.'), 'Not for you.', 2],
    [coded('LEASE_TABLE_MISMATCH', 'No lease table.'), 'No lease table.', 2],
    [coded('FOREIGN_LEASES', 'Of another stream.'), 'Of another stream.', 2],
    [coded('LEASE_TABLE_UNREACHABLE', 'No answer.'), 'No answer. See --dynamodb-endpoint and --memory.', 2],
    [coded('READ_FAILED', 'No answer.'), 'No answer. See --endpoint.', 2],
    [new Error('disk\n  gone'), 'disk gone.', 1],
    ['text', 'text.', 1],
  ])('says %s in one line', (error, text, exitStatus) => {
    expect(explainError(error, target)).toEqual({ text, exitStatus });
  });

  it('names the stream of an ARN in the command to create it', () => {
    const stream = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';
    expect(explainError(coded('STREAM_NOT_FOUND', ''), { ...target, stream }).text).toContain(
      '--stream-name tweets ',
    );
  });
});

describe('fileError', () => {
  it.each([
    ['ENOENT', 'read', 'Cannot read a.ndjson: there is no such file.'],
    ['ENOENT', 'write', 'Cannot write a.ndjson: its directory does not exist.'],
    ['EACCES', 'read', 'Cannot read a.ndjson: permission denied.'],
    ['EMFILE', 'read', 'Cannot read a.ndjson: EMFILE.'],
  ] as const)('explains %s on %s', (code, doing, message) => {
    expect(fileError(coded(code, ''), 'a.ndjson', doing)).toMatchObject({ name: 'UsageError', message });
  });
});
