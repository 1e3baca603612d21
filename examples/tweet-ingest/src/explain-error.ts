import type { Target } from './arguments.js';
import { codeOf } from './outcome-tally.js';
import { UsageError } from './usage-error.js';

/** What a failure means to whoever typed the command: one line, and the exit status. */
export interface Explanation {
  readonly text: string;
  /** 2 where the command line, the input, the stream or the credentials are not right; 1 for anything else. */
  readonly exitStatus: 1 | 2;
}

const credentialsAdvice =
  'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (any values will do for a local Kinesis).';

/** Says in one line what went wrong and what to do. Never a stack. */
export function explainError(error: unknown, target: Target | undefined): Explanation {
  if (error instanceof UsageError) return { text: error.message, exitStatus: 2 };
  const message = oneLine(error instanceof Error ? error.message : String(error));
  const stream = target?.kind === 'stream' ? target.stream : 'tweets';
  const where = target?.kind === 'stream' && target.region ? ` in ${target.region}` : '';
  switch (codeOf(error)) {
    case 'STREAM_NOT_FOUND':
      return wrong(
        `There is no stream "${stream}"${where}. Check --stream and --region, or create it: ` +
          `aws kinesis create-stream --stream-name ${nameOf(stream)} --shard-count 4`,
      );
    case 'CREDENTIALS_REJECTED':
      return wrong(
        `No usable AWS credentials: ${oneLine(causeMessage(error) ?? message)} ${credentialsAdvice}`,
      );
    case 'CLIENT_MISCONFIGURED': {
      const cause = oneLine(causeMessage(error) ?? message);
      if (/region/i.test(cause))
        return wrong('No AWS region. Give --region, or set AWS_REGION or a profile with one.');
      return wrong(`The Kinesis client cannot be used: ${cause} Check --region and --endpoint.`);
    }
    case 'ACCESS_DENIED':
    case 'ENCRYPTION_KEY_UNUSABLE':
    case 'INVALID_OPTION':
    case 'LEASE_TABLE_MISMATCH':
    case 'LEASE_TABLE_REFUSED':
    case 'FOREIGN_LEASES':
      return wrong(message);
    case 'LEASE_TABLE_UNREACHABLE':
      return wrong(`${message} See --dynamodb-endpoint and --memory.`);
    case 'READ_FAILED':
      return wrong(`${message} See --endpoint.`);
    default:
      return { text: message, exitStatus: 1 };
  }
}

/** What Node says of a file that cannot be read or written. */
export function fileError(error: unknown, path: string, doing: 'read' | 'write'): UsageError {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: doing === 'read' ? 'there is no such file' : 'its directory does not exist',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is not a directory',
    ENOSPC: 'the disk is full',
  };
  const code = codeOf(error);
  return new UsageError(`Cannot ${doing} ${path}: ${reasons[code] ?? code}.`);
}

function wrong(text: string): Explanation {
  return { text, exitStatus: 2 };
}

function causeMessage(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : undefined;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function nameOf(stream: string): string {
  return stream.slice(stream.lastIndexOf('/') + 1);
}
