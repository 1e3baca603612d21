import { assemble } from './assembler.js';
import { md5Functions, md5Layout } from './md5-program.js';

/** Where the text of {@link md5ModuleSource} stands in the repository. */
export const md5ModulePath = 'packages/aggregation/src/md5-module.ts';

const pages = 1;

/** The source file that carries the module. */
export function md5ModuleSource(): string {
  const layout = Object.entries(md5Layout).map(([name, at]) => `  ${name}: ${at},\n`);
  const base64 = Buffer.from(assemble(md5Functions, pages)).toString('base64');
  return `/** MD5 in WebAssembly, written by scripts/wasm/md5-program.ts: \`pnpm fix\` makes this file anew. */
export const md5Module =
  '${base64}';

/** Where things stand in its memory; see there. */
export const md5Layout = Object.freeze({
${layout.join('')}});
`;
}
