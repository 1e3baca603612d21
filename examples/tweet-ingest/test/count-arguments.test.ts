import { describe, expect, it } from 'vitest';
import { parseArguments } from '../src/arguments.js';
import { countHelp, countOptions } from '../src/count-arguments.js';

const parse = (line: string) => parseArguments(line.split(' '), false);
const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';

describe('countCommandOf', () => {
  it('counts minutes from the oldest record, with leases in DynamoDB', () => {
    expect(parse('count --stream tweets')).toEqual({
      kind: 'count',
      target: { kind: 'stream', stream: 'tweets', region: undefined, endpoint: undefined },
      application: 'tweet-count',
      leases: { in: 'dynamodb', endpoint: undefined },
      from: 'trim-horizon',
      windowMs: 60_000,
      top: 5,
    });
  });

  it('takes all of it from the command line', () => {
    const where = `--stream ${arn} --endpoint http://localhost:4567 --dynamodb-endpoint http://localhost:8000`;
    const what = '--application my-count --from 2020-03-16T01:00:00Z --window 10 --top 100';
    expect(parse(`${where} count ${what}`)).toEqual({
      kind: 'count',
      target: { kind: 'stream', stream: arn, region: 'eu-west-1', endpoint: 'http://localhost:4567' },
      application: 'my-count',
      leases: { in: 'dynamodb', endpoint: 'http://localhost:8000' },
      from: new Date('2020-03-16T01:00:00Z'),
      windowMs: 10_000,
      top: 100,
    });
    expect(parse('count --stream x --memory --from latest')).toMatchObject({
      leases: { in: 'memory' },
      from: 'latest',
    });
  });

  it.each(['2020-03-16', '2020-03-16T01:00Z', '2020-03-16T02:00:00.000+01:00'])('begins at %s', (time) => {
    expect(parse(`count --stream x --from ${time}`)).toMatchObject({ from: new Date(time) });
  });

  it.each([
    ['count', 'Nothing to count. Name the stream with --stream.'],
    ['count tweets', 'count reads a stream, no file; received "tweets".'],
    ['count --stream x --rate 5', '--rate is an option of "ingest".'],
    ['ingest --window 5', '--window is an option of "count".'],
    ['ingest --memory', '--memory is an option of "count".'],
    ['count --stream x --windows 5', 'Unknown option --windows. Did you mean --window?'],
    ['count --stream x --application=', '--application needs a value.'],
    ['count --stream x --application a', /^--application names a DynamoDB table: .*received "a"/],
    ['count --stream x --application a/bc', /^--application names a DynamoDB table/],
    ['count --stream x --window 0', '--window must be a whole number, 1 to 3,600; received "0".'],
    ['count --stream x --window 3601', '--window must be a whole number, 1 to 3,600; received "3601".'],
    ['count --stream x --top 101', '--top must be a whole number, 1 to 100; received "101".'],
    ['count --stream x --from yesterday', /^--from must be .*received "yesterday"/],
    ['count --stream x --from 2020-03-16T01:00:00', /^--from must be/],
    ['count --stream x --from 2020-13-01', /^--from must be/],
    [
      'count --stream x --dynamodb-endpoint localhost:8000',
      /^--dynamodb-endpoint must be an http or https URL/,
    ],
    [
      'count --stream x --memory --dynamodb-endpoint http://x',
      /^Give either --memory or --dynamodb-endpoint/,
    ],
    ['count --stream x --memory=yes', '--memory takes no value.'],
    ['count --stream tw/eets', /^--stream must be a stream's name/],
  ])('refuses "%s"', (line, problem) => {
    expect(() => parse(line)).toThrow(problem);
  });

  it('explains every option of its own', () => {
    for (const name of Object.keys(countOptions)) expect(countHelp).toContain(`--${name}`);
  });
});
