import { type CaseParameters, numberParameter, type PreparedCase } from '../benchmark.js';
import { freshKeys } from '../workload/fresh-keys.js';
import { KplProcess } from '../workload/kpl-process.js';
import { payloads } from '../workload/payloads.js';
import { putPathCase } from '../workload/put-path-case.js';

/** Futures that the application leaves pending: with which the KPL was found fastest. */
const OUTSTANDING = 50_000;

/** Laps before those of the harness: a JVM compiles for longer than Node. */
const WARM_LAPS = 2;

/** The Amazon KPL, its futures looked at. CPU time is that of its JVM and of its native child. */
export async function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  const kpl = await KplProcess.start(parameters);
  const data = payloads(numberParameter(parameters, 'recordBytes'));
  kpl.takePayloads(data);
  const prepared = await putPathCase(
    parameters,
    ({ stream }) => ({
      load: (keys) => kpl.takeKeys(keys),
      send: () => kpl.send(stream, OUTSTANDING),
      close: () => undefined,
    }),
    data,
  );
  return {
    ...prepared,
    async prove() {
      await prepared.prove?.();
      for (let lap = 0; lap < WARM_LAPS; lap++) {
        await kpl.takeKeys(
          freshKeys(numberParameter(parameters, 'lapRecords'), numberParameter(parameters, 'keyCharacters')),
        );
        await kpl.send('warming', OUTSTANDING);
      }
    },
    cpuSeconds: () => kpl.cpuSeconds,
    close: () => kpl.close(),
  };
}
