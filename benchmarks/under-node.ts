import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { nodeBinary } from '../scripts/pack/node-binary.js';

/** Runs this same program under another Node, fetched from npm when it is not there; answers its exit status. */
export async function underNode(version: string, parameters: readonly string[]): Promise<number> {
  const node = await nodeBinary(version);
  if ('problem' in node) throw new Error(node.problem);
  const [, program = ''] = process.argv;
  // The loader that runs TypeScript is among the options.
  const child = spawn(node.path, [...process.execArgv, program, ...parameters], { stdio: 'inherit' });
  const [status] = await once(child, 'exit');
  return typeof status === 'number' ? status : 1;
}

/** Whether `running` is the version asked for: `24` is any 24, `20.20.2` that one. */
export function runsUnder(version: string, running: string): boolean {
  return `${running}.`.startsWith(`${version}.`);
}

/** The arguments less those that name a Node. */
export function withoutNode(parameters: readonly string[]): readonly string[] {
  return parameters.filter(
    (parameter, at) => !/^--node(=|$)/.test(parameter) && parameters[at - 1] !== '--node',
  );
}
