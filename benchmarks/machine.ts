import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** What a figure depends on besides the code. First line of every run. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly os: string;
  readonly node: string;
  /** Short commit, '+' when tracked files differ from it, 'unknown' outside a repository. */
  readonly commit: string;
  readonly measuredAt: string;
}

export function machineFacts(): MachineFacts {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()} ${process.arch}`,
    node: process.versions.node,
    commit: commit(),
    measuredAt: new Date().toISOString(),
  };
}

function commit(): string {
  const hash = git('rev-parse', '--short', 'HEAD');
  if (hash === undefined) return 'unknown';
  return git('status', '--porcelain', '--untracked-files=no') ? `${hash}+` : hash;
}

/** Output of a git command; `undefined` where git or a repository is missing. */
function git(...parameters: string[]): string | undefined {
  try {
    const options = { cwd: here, encoding: 'utf8', stdio: 'pipe' } as const;
    return execFileSync('git', parameters, options).trim();
  } catch {
    return undefined;
  }
}
