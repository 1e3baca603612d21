import { describe, expect, it } from 'vitest';
import { parseCliArguments, usage } from '../src/cli-arguments.js';
import { CliUsageError } from '../src/cli-usage-error.js';

const defaults = {
  help: false,
  version: false,
  port: 4_567,
  host: '127.0.0.1',
  adminPort: undefined,
  adminHost: undefined,
  tls: false,
  tlsNames: [],
  certFile: undefined,
  streams: [],
  limits: {},
  faults: [],
  faultsFile: undefined,
  maxRetainedBytes: undefined,
  transitionMs: undefined,
  idleEventMs: undefined,
  emptyPageGapMs: undefined,
  accountId: undefined,
  region: undefined,
  manualClock: false,
  seed: undefined,
  readyJson: false,
};

describe('parseCliArguments', () => {
  it('has defaults', () => {
    expect(parseCliArguments([])).toEqual(defaults);
  });

  it('reads everything', () => {
    const args =
      '--port 0 --host ::1 --stream a --stream b:4 --stream=c:on-demand-auto --tls --cert-file c.pem --admin-port 0 --admin-host ::1 ' +
      '--limit maxConsumers=3 --limit maxTags=Infinity --write-model fixed-window --max-retained-bytes 1000 ' +
      '--fault {"kind":"stall"} --fault [{"kind":"latency","delayMs":5}] --faults-file f.json --seed 0 --manual-clock ' +
      '--account-id 123456789012 --region eu-central-1 --ready-json ' +
      '--transition-ms 0 --idle-event-ms 20 --empty-page-gap-ms 30 --tls-name kinesis --tls-name 10.0.0.7';
    expect(parseCliArguments(args.split(' '))).toEqual({
      ...defaults,
      port: 0,
      host: '::1',
      adminPort: 0,
      adminHost: '::1',
      tls: true,
      tlsNames: ['kinesis', '10.0.0.7'],
      certFile: 'c.pem',
      streams: [
        { name: 'a', shards: 1 },
        { name: 'b', shards: 4 },
        { name: 'c', mode: 'on-demand', recordDistribution: 'auto' },
      ],
      limits: { maxConsumers: 3, maxTags: Number.POSITIVE_INFINITY, writeModel: 'fixed-window' },
      faults: [{ kind: 'stall' }, { kind: 'latency', delayMs: 5 }],
      faultsFile: 'f.json',
      maxRetainedBytes: 1_000,
      transitionMs: 0,
      idleEventMs: 20,
      emptyPageGapMs: 30,
      accountId: '123456789012',
      region: 'eu-central-1',
      manualClock: true,
      seed: 0,
      readyJson: true,
    });
  });

  it('lifts limits, and takes the last of what cannot be repeated', () => {
    expect(parseCliArguments(['--no-limits']).limits).toBe('none');
    expect(parseCliArguments(['--port', '1', '--port=2']).port).toBe(2);
    expect(parseCliArguments(['-h']).help).toBe(true);
    expect(parseCliArguments(['--version']).version).toBe(true);
  });

  it.each([
    ['--port -1', '--port needs a value.'],
    ['--port=-1', '--port must be a whole number, 0 to 65,535; received "-1".'],
    ['--port 70000', '--port must be a whole number, 0 to 65,535; received "70000".'],
    ['--admin-port x', '--admin-port must be a whole number, 0 to 65,535; received "x".'],
    ['--port', '--port needs a value.'],
    ['--port --tls', '--port needs a value.'],
    ['--host=', '--host needs a value.'],
    ['--tls=yes', '--tls takes no value; received "yes".'],
    ['--prt 1', 'Unknown option --prt. Did you mean --port?'],
    ['--no-limit', 'Unknown option --no-limit. Did you mean --no-limits?'],
    ['--frobnicate', 'Unknown option --frobnicate. See --help.'],
    ['-p 1', 'Unknown option -p. See --help.'],
    ['--constructor', 'Unknown option --constructor. See --help.'],
    ['stray', 'There is nothing to do with "stray": all is said with options, see --help.'],
    ['--tls stray', 'There is nothing to do with "stray": all is said with options, see --help.'],
    ['-- --tls', 'There is nothing to do with "--tls": all is said with options, see --help.'],
    ['--stream a --stream b --stream a:4', '--stream names "a" twice.'],
    ['--tls-name kinesis', '--tls-name needs --tls: without it there is no certificate.'],
    ['--tls --tls-name a/b', '--tls-name must be a host name or an address; received "a/b".'],
    ['--cert-file c.pem', '--cert-file needs --tls: without it there is no certificate.'],
    ['--admin-host ::1', '--admin-host needs --admin-port: without it nothing listens there.'],
    ['--manual-clock', '--manual-clock needs --admin-port: that is where the clock is moved.'],
    ['--no-limits --limit maxConsumers=1', 'Give either --no-limits or --limit, not both.'],
    ['--no-limits --write-model single-tank', 'Give either --no-limits or --write-model, not both.'],
    [
      '--write-model tank',
      "--write-model must be one of 'token-bucket', 'fixed-window', 'single-tank'; received \"tank\".",
    ],
    ['--account-id 12', '--account-id must be a string of twelve digits; received "12".'],
    ['--region EU', '--region must be the name of a region, such as us-east-1; received "EU".'],
    ['--max-retained-bytes 0', '--max-retained-bytes must be a whole number, 1 or more; received "0".'],
    ['--transition-ms=-1', '--transition-ms must be a whole number, 0 or more; received "-1".'],
    ['--idle-event-ms 0', '--idle-event-ms must be a whole number, 1 or more; received "0".'],
    ['--empty-page-gap-ms 0', '--empty-page-gap-ms must be a whole number, 1 or more; received "0".'],
    ['--seed 4294967296', '--seed must be a whole number, 0 to 4,294,967,295; received "4294967296".'],
    ['--fault {}', expect.stringMatching(/^--fault: FaultPlan: option "kind" must be one of throttleShard,/)],
  ])('refuses %s', (args, message) => {
    const failure = (() => {
      try {
        return parseCliArguments(args.split(' '));
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(CliUsageError);
    expect((failure as Error).message).toEqual(message);
  });
});

describe('the help text', () => {
  it('names every option that there is, and fits a terminal', () => {
    const named = [...usage.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, name = '']) => name);
    for (const name of named) {
      const refusal = (() => {
        try {
          parseCliArguments([name]);
          return '';
        } catch (error) {
          return String(error);
        }
      })();
      expect(refusal).not.toContain('Unknown');
    }
    expect(named).toHaveLength(24);
    expect(Math.max(...usage.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120);
  });
});
