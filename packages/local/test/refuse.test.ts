import { describe, expect, it } from 'vitest';
import { refuse, refuseDryRun } from '../src/refuse.js';

describe('refuse', () => {
  it('throws the service’s error, whose fault it is by its name', () => {
    const refused = (code: string) => () => refuse({ code, message: 'Not now.' });
    expect(refused('ProvisionedThroughputExceededException')).toThrow(
      expect.objectContaining({
        name: 'ProvisionedThroughputExceededException',
        message: 'Not now.',
        statusCode: 400,
      }),
    );
    expect(refused('InternalFailure')).toThrow(
      expect.objectContaining({ name: 'InternalFailure', statusCode: 500, $fault: 'server' }),
    );
  });
});

describe('refuseDryRun', () => {
  it('throws on a dry run only', () => {
    expect(() => refuseDryRun(undefined)).not.toThrow();
    expect(() => refuseDryRun(false)).not.toThrow();
    expect(() => refuseDryRun(true)).toThrow(
      expect.objectContaining({ name: 'DryRunOperationException', statusCode: 400 }),
    );
  });
});
