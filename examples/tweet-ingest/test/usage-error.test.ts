import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/usage-error.js';

const options = { stream: { type: 'string' }, plain: { type: 'boolean' } } as const;

function refusalOf(args: readonly string[]): string {
  try {
    parseArgs({ args: [...args], options });
  } catch (error) {
    const refusal = UsageError.ofParser(error, Object.keys(options));
    expect(refusal.name).toBe('UsageError');
    return refusal.message;
  }
  throw new Error('the parser took it');
}

describe('UsageError.ofParser', () => {
  it.each([
    [['--strem=x'], 'Unknown option --strem. Did you mean --stream?'],
    [['--colour'], 'Unknown option --colour. See --help.'],
    [['-x'], 'Unknown option -x. See --help.'],
    [['--stream'], '--stream needs a value.'],
    [['--plain=yes'], '--plain takes no value.'],
  ])('says of %j: %s', (args, words) => {
    expect(refusalOf(args)).toBe(words);
  });
});
