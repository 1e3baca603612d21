import { describe, expect, it } from 'vitest';
import { CliUsageError } from '../src/cli-usage-error.js';
import { checkedText, faultsOf, limitsOf, streamSpec, wholeNumber, wrongValue } from '../src/cli-values.js';
import { resolveLimits } from '../src/limit-options.js';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(CliUsageError);
    return (error as Error).message;
  }
  return expect.fail('it was accepted');
};

describe('values on the command line', () => {
  it('are whole numbers', () => {
    expect(wholeNumber('--n', '10', 1, 10)).toBe(10);
    for (const text of ['0', '11', '-1', '1.5', '1e1', ' 1', 'x', '9'.repeat(20)]) {
      expect(messageOf(() => wholeNumber('--n', text, 1, 10))).toBe(
        `--n must be a whole number, 1 to 10; received "${text}".`,
      );
    }
  });

  it('are quoted in part when they are long', () => {
    expect(messageOf(() => wrongValue('--a', 'short', 'x'.repeat(61)))).toBe(
      `--a must be short; received "${'x'.repeat(57)}...".`,
    );
    expect(messageOf(() => wrongValue('--a', 'short', 'x'.repeat(60)))).toContain(`"${'x'.repeat(60)}"`);
  });

  it('are texts that a row accepts', () => {
    const row = { expected: 'b', accepts: (value: unknown) => value === 'b' };
    expect(checkedText('--a', row, 'b')).toBe('b');
    expect(messageOf(() => checkedText('--a', row, 'c'))).toBe('--a must be b; received "c".');
  });
});

describe('streamSpec', () => {
  it.each([
    ['a', { name: 'a', shards: 1 }],
    ['a.b-c_D9:20000', { name: 'a.b-c_D9', shards: 20_000 }],
    ['a:on-demand', { name: 'a', mode: 'on-demand' }],
    ['a:on-demand-auto', { name: 'a', mode: 'on-demand', recordDistribution: 'auto' }],
  ])('reads %s', (text, spec) => {
    expect(streamSpec(text)).toEqual(spec);
  });

  it.each(['', ':4', 'a b', 'a/b:4', 'x'.repeat(129), 'a:4:5', 'a::'])('refuses the name in "%s"', (text) => {
    expect(messageOf(() => streamSpec(text))).toMatch(/^--stream must be NAME, NAME:SHARDS,/);
  });

  it.each(['0', '20001', 'x', '', 'ondemand', '-1'])('refuses %s shards', (shards) => {
    expect(messageOf(() => streamSpec(`a:${shards}`))).toBe(
      `--stream a: must be followed by a whole number, 1 to 20,000, on-demand or on-demand-auto; received "${shards}".`,
    );
  });
});

describe('limitsOf', () => {
  it('reads limits, those by operation too, as resolveLimits takes them', () => {
    const limits = limitsOf([
      'shardWriteRecordsPerSecond=200',
      'maxConsumers=Infinity',
      'shardReadCallsPerSecond=1.5',
      'accountCallsPerSecond.DescribeStream=1',
      'accountCallsPerSecond.CreateStream=Infinity',
      'streamCallsPerSecond.ListStreamConsumers=7',
      'maxConsumers=3',
    ]);
    expect(limits).toEqual({
      shardWriteRecordsPerSecond: 200,
      maxConsumers: 3,
      shardReadCallsPerSecond: 1.5,
      accountCallsPerSecond: { DescribeStream: 1, CreateStream: Number.POSITIVE_INFINITY },
      streamCallsPerSecond: { ListStreamConsumers: 7 },
    });
    expect(resolveLimits('test', limits)).toMatchObject(limits);
    expect(limitsOf([])).toEqual({});
  });

  it.each([
    ['maxConsumers', '--limit must be NAME=NUMBER; received "maxConsumers".'],
    ['maxConsumers=', '--limit maxConsumers must be a number, 1 or more, or Infinity; received "".'],
    ['maxConsumers=0', '--limit maxConsumers must be a number, 1 or more, or Infinity; received "0".'],
    ['maxConsumers=1=2', '--limit maxConsumers must be a number, 1 or more, or Infinity; received "1=2".'],
    ['maxConsumers=1e3', '--limit maxConsumers must be a number, 1 or more, or Infinity; received "1e3".'],
    ['maxConsumer=5', '--limit: there is no limit "maxConsumer". Did you mean maxConsumers?'],
    ['writeModel=5', expect.stringContaining('Known: shardWriteBytesPerSecond, shardWriteRecordsPerSecond,')],
    [
      'toString=5',
      expect.stringContaining('accountCallsPerSecond.OPERATION, streamCallsPerSecond.OPERATION.'),
    ],
    ['maxConsumers.PutRecords=5', expect.stringContaining('there is no limit "maxConsumers.PutRecords"')],
    [
      'accountCallsPerSecond.PutRecrds=5',
      '--limit: Kinesis has no operation "PutRecrds". Did you mean PutRecords?',
    ],
    ['streamCallsPerSecond.Do=5', '--limit: Kinesis has no operation "Do". See its API reference.'],
    [
      'streamCallsPerSecond.PutRecords=x',
      '--limit streamCallsPerSecond.PutRecords must be a number, 1 or more, or Infinity; received "x".',
    ],
  ])('refuses %s', (text, message) => {
    expect(messageOf(() => limitsOf([text]))).toEqual(message);
  });
});

describe('faultsOf', () => {
  it('reads one fault or an array', () => {
    expect(faultsOf('--fault', '{"kind":"stall"}')).toEqual([{ kind: 'stall' }]);
    expect(faultsOf('f.json', '[{"kind":"stall"},{"kind":"shuffleRecords"}]')).toHaveLength(2);
    expect(faultsOf('f.json', '[]')).toEqual([]);
  });

  it('says what is wrong, and with which', () => {
    expect(messageOf(() => faultsOf('--fault', '{"kind":"stall","times":0}'))).toBe(
      '--fault: FaultPlan stall: option "times" must be a whole number, 1 or more; received 0.',
    );
    expect(messageOf(() => faultsOf('f.json', '[{"kind":"stall"},{"kind":"reset"}]'))).toContain(
      'f.json: fault 2: FaultPlan reset: option "when"',
    );
    expect(messageOf(() => faultsOf('f.json', 'null'))).toContain('option "kind"');
    const broken = messageOf(() => faultsOf('f.json', '{\n"kind":\n}'));
    expect(broken).toMatch(/^f\.json must be JSON, one fault such as .* or an array of them: .*\.$/);
    expect(broken).not.toContain('\n');
  });
});
