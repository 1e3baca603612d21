/** A piece of TypeScript in a document. */
export interface Snippet {
  /** Line of its first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/**
 * The ```ts blocks of a Markdown document. What a block takes for granted (a logger, a tweet type) stands in a comment
 * above it, which readers do not see: `<!-- given: declare const log: Console; -->`.
 */
export function snippetsOf(markdown: string): readonly Snippet[] {
  const found: Snippet[] = [];
  const pattern = /(?:<!-- given:\n?((?:(?!-->)[\s\S])*)-->\n+)?^```ts\n([\s\S]*?)^```$/gm;
  for (const match of markdown.matchAll(pattern)) {
    const [whole, given = '', code = ''] = match;
    const start = match.index + whole.indexOf('```ts\n') + '```ts\n'.length;
    const line = markdown.slice(0, start).split('\n').length;
    // `export {}` makes a module of it; the given lines join on one, so that the lines of the code keep their numbers.
    const head = `export {}; ${given.trim().replaceAll('\n', ' ')}`;
    found.push({ line, code: `${head}\n${code}` });
  }
  return found;
}

/** One file per snippet, named so that a compiler's complaint leads back to the document and line. */
export function snippetFiles(documents: ReadonlyMap<string, string>): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [path, text] of documents) {
    for (const { line, code } of snippetsOf(text)) {
      files[`${path.replaceAll(/[^\w.]+/g, '-')}-line-${line}.mts`] = code;
    }
  }
  return files;
}
