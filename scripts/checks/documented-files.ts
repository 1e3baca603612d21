import type { Check } from './check.js';

/** A source file in code: `gate.ts`, `hot/md5.ts`, `core/src/clock.ts`; not `foo-*.ts`, nor a glob. */
const sourceFile = /`((?:[\w.-]+\/)*[\w-]+(?:\.[\w-]+)*\.ts)`/g;

/** Named because it must not exist. */
const banned = 'types.ts';

/** The pages that lead to the line: every source file that they name exists. */
const guides = /^(docs\/architecture|AGENTS|CONTRIBUTING)\.md$/;

/** Whoever follows the architecture page to a file finds it there. */
export const documentedFiles: Check = {
  name: 'documented files exist',
  find: (workspace) => {
    const paths = workspace.files(/\.ts$/).map(({ path }) => `/${path}`);
    return workspace.files(guides).flatMap(({ path, text }) =>
      [...text.matchAll(sourceFile)].flatMap((match) => {
        const [, name = ''] = match;
        if (name === banned || paths.some((known) => known.endsWith(`/${name}`))) return [];
        const line = text.slice(0, match.index).split('\n').length;
        return [{ path, line, problem: `names the file "${name}", which does not exist` }];
      }),
    );
  },
};
