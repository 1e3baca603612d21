import type { Check } from './check.js';

/** Folders of one machine and hosts of one network: neither means anything to whoever clones the repository. */
const machine = new RegExp(
  [
    '(?<![\\w.@-])/(?:work|root|tmp)/',
    '/home/[a-z]',
    '/Users/[A-Za-z]',
    'registry\\.npmjs\\.org',
    '\\blocalhost:4873',
  ].join('|'),
);

/** Nothing in the repository names a place of the machine that it was written on. */
export const machinePaths: Check = {
  name: 'no machine paths',
  find: (workspace) =>
    workspace
      .files(/./)
      .filter(({ path }) => !/^scripts\/(test\/)?checks\/machine-paths/.test(path))
      .flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, index) => {
          const found = machine.exec(line)?.[0];
          return found === undefined ? [] : [{ path, line: index + 1, problem: `names "${found}"` }];
        }),
      ),
};
