/** The command line, the input or the surroundings are not right: said in one line, and nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  /** What `node:util`'s `parseArgs` threw, in our words. */
  static ofParser(error: unknown, known: readonly string[]): UsageError {
    const message = error instanceof Error ? error.message : String(error);
    const name = /'(?:-\w, )?(--?[\w-]*)/.exec(message)?.[1] ?? '';
    if (message.startsWith('Unknown option')) {
      const start = name.slice(0, 5).toLowerCase();
      const near = start.length === 5 && known.find((option) => `--${option}`.startsWith(start));
      return new UsageError(`Unknown option ${name}.${near ? ` Did you mean --${near}?` : ' See --help.'}`);
    }
    return new UsageError(
      message.includes('does not take') ? `${name} takes no value.` : `${name} needs a value.`,
    );
  }
}
