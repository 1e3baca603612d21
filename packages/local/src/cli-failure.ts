import { InvalidOptionError } from '@shardline/core';
import { CliUsageError } from './cli-usage-error.js';

/** What a failure means to whoever typed the command. */
export interface CliFailure {
  /** One line. */
  readonly text: string;
  /** 2 where the command line, or a file that it names, is not right; 1 for anything else. */
  readonly exitStatus: 1 | 2;
}

/** The system's error where a server could not listen. */
interface ListenError extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly port?: number;
  readonly address?: string;
}

/** Says in one line what went wrong and what to do. Never a stack. */
export function cliFailureOf(error: unknown, adminPort: number | undefined): CliFailure {
  if (error instanceof CliUsageError || error instanceof InvalidOptionError) {
    return { text: error.message, exitStatus: 2 };
  }
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
  return {
    text: error instanceof Error ? (listenProblem(error, adminPort) ?? message) : message,
    exitStatus: 1,
  };
}

function listenProblem(error: ListenError, adminPort: number | undefined): string | undefined {
  const { code, port, address } = error;
  const prefix = port !== undefined && port === adminPort ? '--admin-' : '--';
  const option = `${prefix}port`;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${address} is in use. Choose another with ${option}, or any free one with ${option} 0.`;
    case 'EACCES':
      return `Port ${port} on ${address} may not be listened on without more rights. Choose another with ${option}.`;
    case 'EADDRNOTAVAIL':
      return `${address} is no address of this machine. See ${prefix}host.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `There is no host of the name given with --host or --admin-host (${error.message}).`;
    default:
      return undefined;
  }
}

const fileProblems: Readonly<Record<string, string>> = Object.freeze({
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such file or directory',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a directory',
  EPERM: 'permission denied',
});

/** The system's error about a file that the command line names. */
export function fileProblem(error: unknown, path: string, doing: 'read' | 'write'): CliUsageError {
  const code = String((error as { code?: unknown }).code);
  return new CliUsageError(`Cannot ${doing} ${path}: ${fileProblems[code] ?? code}.`);
}
