/**
 * A table of requests, good and bad, played against our server and kinesis-local. Status, name of the error and answer must
 * be the same, or stand in the list of differences with the place in the service's documentation that decides for ours.
 */
import { expect, it } from 'vitest';
import { allJustifications } from '../src/differential/differences/all.js';
import { judge } from '../src/differential/justify.js';
import { runScenarios } from '../src/differential/run.js';
import { allScenarios } from '../src/differential/scenarios/all.js';

it('answers as kinesis-local does, but for what the documentation says', async () => {
  const found = await runScenarios(allScenarios);
  const { unexplained, gone, justified } = judge(found, allJustifications);
  const same = [...found.values()].filter((lines) => lines.length === 0).length;
  process.stdout.write(
    `${found.size} requests: ${same} answered the same, ${justified} differ and are justified, ` +
      `${found.size - same - justified} differ otherwise.\n`,
  );
  expect(found.size).toBeGreaterThanOrEqual(300);
  expect({ unexplained, gone }).toEqual({ unexplained: [], gone: [] });
});
