import { describe, expect, it } from 'vitest';
import { CliUsageError } from '../src/cli-usage-error.js';

describe('CliUsageError', () => {
  it('says what is wrong', () => {
    const error = new CliUsageError('--port needs a value.');
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message]).toEqual(['CliUsageError', '--port needs a value.']);
  });
});
