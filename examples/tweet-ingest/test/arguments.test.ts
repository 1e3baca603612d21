import { describe, expect, it } from 'vitest';
import { parseArguments } from '../src/arguments.js';

const parse = (line: string, stdinIsTerminal = false) =>
  parseArguments(
    line.split(' ').filter((word) => word !== ''),
    stdinIsTerminal,
  );
const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/tweets';

describe('parseArguments', () => {
  it('reads standard input into the local Kinesis by default', () => {
    expect(parse('ingest')).toEqual({
      kind: 'ingest',
      source: { kind: 'stdin' },
      target: { kind: 'local' },
      perSecond: undefined,
      ledgerPath: undefined,
    });
    expect(parse('ingest -', true)).toMatchObject({ source: { kind: 'stdin' } });
  });

  it('reads a file or generates', () => {
    expect(parse('ingest tweets.ndjson')).toMatchObject({ source: { kind: 'file', path: 'tweets.ndjson' } });
    expect(parse('ingest --generate 500')).toMatchObject({
      source: { kind: 'generator', count: 500, seed: 1 },
    });
    expect(parse('ingest --generate=5 --seed=0', true)).toMatchObject({ source: { count: 5, seed: 0 } });
  });

  it('takes a stream by name or ARN', () => {
    expect(parse('ingest --stream tweets --region eu-west-1 --endpoint http://localhost:4567')).toMatchObject(
      {
        target: { kind: 'stream', stream: 'tweets', region: 'eu-west-1', endpoint: 'http://localhost:4567' },
      },
    );
    expect(parse(`ingest --stream ${arn}`)).toMatchObject({ target: { stream: arn, region: 'eu-west-1' } });
    expect(parse(`ingest --stream ${arn} --region eu-west-1`)).toMatchObject({
      target: { region: 'eu-west-1' },
    });
  });

  it('takes a rate and a ledger', () => {
    expect(parse('ingest --rate 100 --ledger out.ledger')).toMatchObject({
      perSecond: 100,
      ledgerPath: 'out.ledger',
    });
  });

  it.each(['--help', '-h', 'ingest --help', 'help'])('helps with "%s"', (line) => {
    expect(parse(line)).toEqual({ kind: 'help' });
  });

  it.each([
    ['', 'No command given. The commands are "ingest" and "count".'],
    ['put', 'Unknown command "put". The commands are "ingest" and "count".'],
    ['ingest a b', 'One file at a time; received "a" and "b".'],
    ['ingest --nonsense', 'Unknown option --nonsense. See --help.'],
    ['ingest --streams x', 'Unknown option --streams. Did you mean --stream?'],
    ['ingest -x', 'Unknown option -x. See --help.'],
    ['ingest --rate', '--rate needs a value.'],
    ['ingest --rate -5', '--rate needs a value.'],
    ['ingest --stream=', '--stream needs a value.'],
    ['ingest --help=yes', '--help takes no value.'],
    ['ingest --rate 0', '--rate must be a whole number, 1 to 10,000,000; received "0".'],
    ['ingest --rate 1e3', '--rate must be a whole number, 1 to 10,000,000; received "1e3".'],
    ['ingest --rate ten', '--rate must be a whole number, 1 to 10,000,000; received "ten".'],
    ['ingest --generate 0', /--generate must be a whole number, 1 to/],
    ['ingest --generate 99999999999999999999', /--generate must be a whole number/],
    ['ingest --generate 5 --seed -1', /--seed needs a value|--seed must be/],
    ['ingest --generate 5 --seed 4294967296', /--seed must be a whole number, 0 to 4,294,967,295/],
    ['ingest --seed 5', '--seed is for --generate; a file is read as it is.'],
    ['ingest x --generate 5', 'Give either FILE or --generate; received "x" and --generate.'],
    ['ingest --region eu-west-1', /^--region needs --stream/],
    ['ingest --endpoint http://x', /^--endpoint needs --stream/],
    ['ingest --stream tw/eets', /--stream must be a stream's name.*received "tw\/eets"/],
    ['ingest --stream arn:aws:kinesis:eu-west-1:1:stream/x', /--stream must be a stream's name/],
    [
      `ingest --stream ${arn} --region us-east-1`,
      /--region is us-east-1 but the stream's ARN says eu-west-1/,
    ],
    ['ingest --stream x --endpoint localhost:4567', /--endpoint must be an http or https URL/],
    ['ingest --stream x --endpoint http://', /--endpoint must be an http or https URL/],
  ])('refuses "%s" in one line', (line, message) => {
    expect(() => parse(line)).toThrow(message);
    try {
      parse(line);
    } catch (error) {
      expect(error).toMatchObject({ name: 'UsageError', message: expect.not.stringContaining('\n') });
    }
  });

  it('does not wait for a terminal to type tweets', () => {
    expect(() => parse('ingest', true)).toThrow(
      'Nothing to read. Give a FILE, pipe lines in, or use --generate N.',
    );
  });
});
