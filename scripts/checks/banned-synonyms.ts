import type { Check, Finding } from './check.js';

/** One word per thing, and the field's own: what a reader of the API must not meet, and the word to use. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['offset', 'sequence number'],
  ['commit', 'checkpoint'],
  ['message', 'record'],
  ['partition', 'shard (or partition key)'],
]);

/** The public API keeps to the words of Kinesis. Judged on the API reports, which hold the whole surface. */
export const bannedSynonyms: Check = {
  name: 'the words of Kinesis in the API',
  find: (workspace) =>
    workspace
      .files(/^packages\/[^/]+\/etc\/.*\.api\.md$/)
      .flatMap(({ path, text }) => text.split('\n').flatMap((line, index) => judge(path, line, index + 1))),
};

function judge(path: string, line: string, number: number): Finding[] {
  if (line.trimStart().startsWith('//')) return [];
  const identifiers = line.match(/[A-Za-z_$][\w$-]*/g) ?? [];
  return identifiers.flatMap((identifier) => {
    const words = identifier.split(/(?=[A-Z])|[_-]/).map((word) => word.toLowerCase());
    return words.flatMap((word, index) => {
      const singular = word.replace(/s$/, '');
      const better = synonyms.get(singular);
      const isKey = singular === 'partition' && /^keys?$/.test(words[index + 1] ?? '');
      if (better === undefined || isKey || isErrorMessage(identifier, line)) return [];
      return [{ path, line: number, problem: `${identifier}: the word is ${better}` }];
    });
  });
}

/** `message` of Error and of its constructors keeps its name, and so does the service's own ErrorMessage. */
function isErrorMessage(identifier: string, line: string): boolean {
  if (/^errorMessage$/i.test(identifier)) return true;
  return identifier === 'message' && /constructor\(|^\s*(readonly )?message: string;/.test(line);
}
