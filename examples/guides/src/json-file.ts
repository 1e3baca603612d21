import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { KeyValue, Versioned } from './key-value-lease-store.js';

/**
 * A {@link KeyValue} in one JSON file, for one process: what a test or a tool on one machine may need. A file that several processes write
 * has no compare-and-set; for those take a database.
 */
export class JsonFile implements KeyValue {
  readonly #path: string;
  readonly #entries: Map<string, Versioned>;

  constructor(path: string) {
    this.#path = path;
    this.#entries = new Map(read(path));
  }

  async keys(): Promise<readonly string[]> {
    return [...this.#entries.keys()];
  }

  async get(key: string): Promise<Versioned | undefined> {
    return this.#entries.get(key);
  }

  /** Compares and writes without giving way in between, so that no other call can come first. */
  async compareAndSet(key: string, version: number, value: string | undefined): Promise<boolean> {
    if ((this.#entries.get(key)?.version ?? 0) !== version) return false;
    const entries = new Map(this.#entries);
    if (value === undefined) entries.delete(key);
    else entries.set(key, { value, version: version + 1 });
    // Whole or not at all: a crash leaves the old file or the new one.
    writeFileSync(`${this.#path}.new`, JSON.stringify([...entries]));
    renameSync(`${this.#path}.new`, this.#path);
    if (value === undefined) this.#entries.delete(key);
    else this.#entries.set(key, { value, version: version + 1 });
    return true;
  }
}

function read(path: string): [string, Versioned][] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as [string, Versioned][];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
