import { loadavg } from 'node:os';
import { type CaseParameters, numberParameter, type PreparedCase } from '../benchmark.js';
import { freshKeys } from '../workload/fresh-keys.js';
import { type KplPace, KplProcess } from '../workload/kpl-process.js';
import { payloads } from '../workload/payloads.js';

/** As long as the JVM compiles. */
const WARM_MS = 8_000;
const US_PER_MS = 1_000;
/** Taken in turn: what is paced is latency, which does not depend on how often a key comes. */
const KEYS = 20_000;

/** The Amazon KPL at a fixed rate. CPU time is that of its JVM and of its native child. */
export async function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  const perSecond = numberParameter(parameters, 'perSecond');
  const kpl = await KplProcess.start(parameters);
  kpl.takePayloads(payloads(numberParameter(parameters, 'recordBytes')));
  let isWarm = false;
  let paced: KplPace | undefined;
  let seconds = 0;
  return {
    async stage() {
      await kpl.takeKeys(freshKeys(KEYS, numberParameter(parameters, 'keyCharacters')));
    },
    async lap() {
      const forMs = isWarm ? numberParameter(parameters, 'pacedMs') : WARM_MS;
      isWarm = true;
      const startedMs = performance.now();
      paced = await kpl.pace('paced', perSecond, forMs);
      seconds = (performance.now() - startedMs) / 1_000;
      return paced.records;
    },
    facts() {
      const { records = 0, p50Us = 0, p90Us = 0, p99Us = 0 } = paced ?? {};
      return {
        latencyP50Ms: p50Us / US_PER_MS,
        latencyP90Ms: p90Us / US_PER_MS,
        latencyP99Ms: p99Us / US_PER_MS,
        perSecond: records / seconds,
        loadAverage: loadavg()[0] ?? 0,
      };
    },
    cpuSeconds: () => kpl.cpuSeconds,
    close: () => kpl.close(),
  };
}
