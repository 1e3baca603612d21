import { compareAnswers } from './compare.js';
import { normalise } from './normalise.js';
import { type Answers, play } from './play.js';
import type { Pace, Scenario } from './scenario.js';
import { KinesisLocalProcess, ourStage, type Stage } from './servers.js';

/** Scenarios played at once. */
const AT_ONCE = 6;

/** Plays every scenario against both servers; answers the differences of every request, by `scenario / request`. */
export async function runScenarios(
  scenarios: readonly Scenario[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const processes = new Map<Pace, Promise<KinesisLocalProcess>>();
  const processOf = (pace: Pace) => {
    const started = processes.get(pace) ?? KinesisLocalProcess.start(pace);
    processes.set(pace, started);
    return started;
  };
  const found: (readonly [string, readonly string[]])[][] = scenarios.map(() => []);
  const waiting = [...scenarios.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, scenario] = next;
      found[index] = await both(scenario, String(100_000_000_000 + index), await processOf(scenario.pace));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    await Promise.all([...processes.values()].map(async (started) => (await started).close()));
  }
  return new Map(found.flat());
}

async function both(
  scenario: Scenario,
  accountId: string,
  kinesisLocal: KinesisLocalProcess,
): Promise<(readonly [string, readonly string[]])[]> {
  const [ours, theirs] = await Promise.all([
    playOn(scenario, ourStage(scenario, accountId)),
    playOn(scenario, kinesisLocal.stage(scenario, accountId)),
  ]);
  const [left, right] = [normalise([...ours.values()]), normalise([...theirs.values()])];
  return [...ours.keys()].map((request, at) => {
    const [a, b] = [left[at], right[at]];
    if (!a || !b) throw new Error(`${scenario.name} / ${request} was not answered`);
    return [`${scenario.name} / ${request}`, compareAnswers(a, b)];
  });
}

async function playOn(scenario: Scenario, starting: Promise<Stage>): Promise<Answers> {
  const stage = await starting;
  try {
    return await play(stage.wire, scenario);
  } catch (error) {
    throw new Error(`scenario ${scenario.name} could not be played`, { cause: error });
  } finally {
    await stage.close();
  }
}
