import { readFile, writeFile } from 'node:fs/promises';
import { fileProblem } from './cli-failure.js';

/** The text of a file that the command line names. @throws CliUsageError when it cannot be read. */
export async function readNamedFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileProblem(error, path, 'read');
  }
}

/** Writes a file that the command line names. @throws CliUsageError when it cannot be written. */
export async function writeNamedFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw fileProblem(error, path, 'write');
  }
}
