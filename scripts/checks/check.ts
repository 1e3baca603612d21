import type { Workspace } from './workspace.js';

/** Something that breaks a rule. */
export interface Finding {
  /** Relative to the repository. */
  readonly path: string;
  readonly line?: number;
  /** What is wrong and what to do about it. */
  readonly problem: string;
}

/** One rule of the codebase. Pure: judges the files it is given. */
export interface Check {
  /** What holds when nothing is found. */
  readonly name: string;
  readonly find: (workspace: Workspace) => readonly Finding[] | Promise<readonly Finding[]>;
}

/** A file that may break a rule, and why. One that no longer needs to is a finding itself. */
export interface Exception {
  readonly path: string;
  readonly reason: string;
}

export function printFinding(finding: Finding): string {
  const place = finding.line === undefined ? finding.path : `${finding.path}:${finding.line}`;
  return `${place}  ${finding.problem}`;
}

/** Drops the findings that `exceptions` cover, and adds one for each exception that covers nothing. */
export function withoutExceptions(
  findings: readonly Finding[],
  exceptions: readonly Exception[],
): readonly Finding[] {
  const broken = new Set(findings.map((finding) => finding.path));
  const excused = new Set(exceptions.map((exception) => exception.path));
  const idle = exceptions.filter((exception) => !broken.has(exception.path));
  return [
    ...findings.filter((finding) => !excused.has(finding.path)),
    ...idle.map(({ path }) => ({
      path,
      problem: 'needs its exception no longer: remove it from exceptions.ts',
    })),
  ];
}
