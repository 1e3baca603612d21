// The oldest Node that works is one constant: `engines.node` of the root package.json.
import { readFileSync } from 'node:fs';

/** @param {string} version */
function parts(version) {
  const numbers = version.split('.').map(Number);
  return { major: numbers[0] || 0, minor: numbers[1] || 0, patch: numbers[2] || 0 };
}

/** Whether `version` is `floor` or newer. @param {string} version @param {string} floor */
export function meetsFloor(version, floor) {
  const have = parts(version);
  const need = parts(floor);
  if (have.major !== need.major) return have.major > need.major;
  if (have.minor !== need.minor) return have.minor > need.minor;
  return have.patch >= need.patch;
}

/** Ends the process with an explanation where Node is too old to go on. */
export function requireNodeFloor() {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const floor = manifest.engines.node.replace('>=', '');
  if (meetsFloor(process.versions.node, floor)) return;
  console.error(
    `This needs Node ${floor} or newer; this is Node ${process.versions.node} (${process.execPath}).`,
  );
  process.exit(1);
}
