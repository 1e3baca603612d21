/** Differences between the two servers that the service's documentation decides for ours. */
export interface Justification {
  /** What the service does. */
  readonly because: string;
  /** Where that is written: a page of the API reference or of the developer guide. */
  readonly source: string;
  /** The requests that differ, by the difference as `compareAnswers` writes it. */
  readonly differences: Readonly<Record<string, readonly string[]>>;
}

/** What is wrong with a run: differences that nobody justified, and justified ones that did not occur. */
export interface Verdict {
  readonly unexplained: readonly string[];
  readonly gone: readonly string[];
  /** Requests that differ, all of it justified. */
  readonly justified: number;
}

/** Holds what was found, by request, against the list. */
export function judge(
  found: ReadonlyMap<string, readonly string[]>,
  justifications: readonly Justification[],
): Verdict {
  const listed = new Map<string, Set<string>>();
  for (const { differences } of justifications) {
    for (const [line, requests] of Object.entries(differences)) {
      for (const request of requests) {
        const known = listed.get(request) ?? new Set();
        listed.set(request, known);
        if (known.has(line)) throw new Error(`listed twice: ${request}: ${line}`);
        known.add(line);
      }
    }
  }
  const unexplained: string[] = [];
  let justified = 0;
  for (const [request, lines] of found) {
    const known = listed.get(request);
    const open = lines.filter((line) => !known?.delete(line));
    unexplained.push(...open.map((line) => `${request}: ${line}`));
    if (lines.length > 0 && open.length === 0) justified += 1;
  }
  const gone = [...listed].flatMap(([request, lines]) => [...lines].map((line) => `${request}: ${line}`));
  return { unexplained, gone, justified };
}
