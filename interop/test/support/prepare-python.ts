import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cached.js';
import { runTool, version } from './run-tool.js';
import { cacheFolder, interopFolder, type Tool } from './tool.js';

const requirements = join(interopFolder, 'python', 'requirements.txt');

/** Makes an environment with boto3; the path is its interpreter. */
export function preparePython(): Tool {
  const python = version('python3', ['--version']);
  const [, major, minor] = /Python (\d+)\.(\d+)/.exec(python ?? '') ?? [];
  if (python === undefined || Number(major) < 3 || Number(minor) < 10) {
    return { missing: 'needs Python 3.10', path: '' };
  }
  if (version('python3', ['-c', 'import ensurepip, venv']) === undefined) {
    return { missing: "needs Python's venv", path: '' };
  }
  const build = () => cached(cacheFolder, 'python', [python, readFileSync(requirements, 'utf8')], install);
  const found = interpreter(build());
  if (existsSync(found)) return { path: found };
  // The Python that it was made from is gone, and another of that version has come.
  rmSync(build(), { recursive: true, force: true });
  return { path: interpreter(build()) };
}

function install(folder: string): void {
  runTool('python3', ['-m', 'venv', folder]);
  const pinned = ['--require-hashes', '--no-deps', '--only-binary=:all:', '-r', requirements];
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pinned];
  runTool(interpreter(folder), pip);
}

/** Works wherever the folder is moved, unlike the scripts beside it. */
function interpreter(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}
