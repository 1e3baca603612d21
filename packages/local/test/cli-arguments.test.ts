import { describe, expect, it } from 'vitest';
import { parseCliArguments } from '../src/cli-arguments.js';

describe('parseCliArguments', () => {
  it('has defaults', () => {
    expect(parseCliArguments([])).toEqual({
      help: false,
      port: 4_567,
      host: '127.0.0.1',
      streams: [],
      noLimits: false,
      readyJson: false,
    });
  });

  it('reads everything', () => {
    const args = [
      '--port',
      '0',
      '--host',
      '::1',
      '--stream',
      'a',
      '--stream',
      'b:4',
      '--no-limits',
      '--ready-json',
    ];
    expect(parseCliArguments(args)).toEqual({
      help: false,
      port: 0,
      host: '::1',
      streams: [
        { name: 'a', shards: 1 },
        { name: 'b', shards: 4 },
      ],
      noLimits: true,
      readyJson: true,
    });
  });

  it.each([
    ['--port', '-1'],
    ['--port', '70000'],
    ['--port', 'x'],
    ['--stream', 'a:0'],
    ['--stream', 'a:x'],
    ['--prt', '1'],
    ['stray'],
  ])('refuses %s %s', (...args) => {
    expect(() => parseCliArguments(args)).toThrow();
  });
});
