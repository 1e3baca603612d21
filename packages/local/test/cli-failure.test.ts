import { InvalidOptionError } from '@shardline/core';
import { describe, expect, it } from 'vitest';
import { cliFailureOf, fileProblem } from '../src/cli-failure.js';
import { CliUsageError } from '../src/cli-usage-error.js';

const listenError = (code: string, port?: number) =>
  Object.assign(new Error(`listen ${code}`), { code, port, address: '127.0.0.1', syscall: 'listen' });

describe('cliFailureOf', () => {
  it('has status 2 for what the command line got wrong', () => {
    expect(cliFailureOf(new CliUsageError('No.'), undefined)).toEqual({ text: 'No.', exitStatus: 2 });
    const wrong = new InvalidOptionError({ owner: 'o', option: 'p', received: 1, expected: 'two' });
    expect(cliFailureOf(wrong, undefined)).toEqual({ text: wrong.message, exitStatus: 2 });
  });

  it.each([
    [
      listenError('EADDRINUSE', 80),
      'Port 80 on 127.0.0.1 is in use. Choose another with --port, or any free one with --port 0.',
    ],
    [
      listenError('EADDRINUSE', 81),
      'Port 81 on 127.0.0.1 is in use. Choose another with --admin-port, or any free one with --admin-port 0.',
    ],
    [
      listenError('EACCES', 80),
      'Port 80 on 127.0.0.1 may not be listened on without more rights. Choose another with --port.',
    ],
    [listenError('EADDRNOTAVAIL', 80), '127.0.0.1 is no address of this machine. See --host.'],
    [
      listenError('ENOTFOUND'),
      'There is no host of the name given with --host or --admin-host (listen ENOTFOUND).',
    ],
    [listenError('EELSE'), 'listen EELSE'],
    [new Error('two\n  lines'), 'two lines'],
    ['text', 'text'],
  ])('has status 1 for anything else: %s', (error, text) => {
    expect(cliFailureOf(error, 81)).toEqual({ text, exitStatus: 1 });
  });
});

describe('fileProblem', () => {
  it('says in words what is wrong with a file', () => {
    const problem = (code: string, doing: 'read' | 'write') =>
      fileProblem(Object.assign(new Error('x'), { code }), 'f', doing).message;
    expect(problem('ENOENT', 'read')).toBe('Cannot read f: there is no such file or directory.');
    expect(problem('EACCES', 'write')).toBe('Cannot write f: permission denied.');
    expect(problem('EODD', 'write')).toBe('Cannot write f: EODD.');
  });
});
