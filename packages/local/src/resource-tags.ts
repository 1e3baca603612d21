import type { Tag } from '@aws-sdk/client-kinesis';
import { KinesisServiceError } from './service-error.js';

/** The service documents `%` too, but refuses it. */
const allowed = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/** The tags of a stream or of a registered consumer. */
export class ResourceTags {
  readonly #values = new Map<string, string>();

  /**
   * Adds tags, in place of those with the same keys.
   * @throws KinesisServiceError when one is not allowed or there would be more than `maxTags`; nothing is added then.
   */
  add(tags: Readonly<Record<string, string>>, maxTags: number): void {
    const entries = Object.entries(tags);
    checkCharacters(entries.flat());
    const reserved = entries.find(([key]) => key.toLowerCase().startsWith('aws:'));
    if (reserved) {
      throw invalid(`Tag key ${reserved[0]} is invalid: keys that begin with aws: are reserved for AWS.`);
    }
    const added = entries.filter(([key]) => !this.#values.has(key)).length;
    if (this.#values.size + added > maxTags) {
      throw invalid(
        `A resource cannot have more than ${maxTags} tags associated with it; it has ${this.#values.size}, and ${added} ` +
          'more were given.',
      );
    }
    for (const [key, value] of entries) this.#values.set(key, value);
  }

  /** Removes the tags with these keys; those that are not there are ignored. */
  remove(keys: readonly string[]): void {
    checkCharacters(keys);
    for (const key of keys) this.#values.delete(key);
  }

  /** In order of their keys. */
  list(): readonly Tag[] {
    return [...this.#values]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ Key: key, Value: value }));
  }
}

function checkCharacters(texts: readonly string[]): void {
  if (texts.every((text) => allowed.test(text))) return;
  throw invalid(
    'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - @ :.',
  );
}

function invalid(message: string): KinesisServiceError {
  return new KinesisServiceError('InvalidArgumentException', message);
}
