/** The command line, or a file that it names, is not right: said in one line, and nothing was started. */
export class CliUsageError extends Error {
  override readonly name = 'CliUsageError';
}
