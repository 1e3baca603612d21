import type { Scenario } from '../scenario.js';
import { consumerScenarios } from './consumers.js';
import { protocolScenarios } from './protocol.js';
import { readScenarios } from './reads.js';
import { recordScenarios } from './records.js';
import { policyScenarios, settingScenarios, tagScenarios } from './settings.js';
import { shardScenarios } from './shards.js';
import { stateScenarios } from './states.js';
import { streamScenarios } from './streams.js';

/** The whole table. */
export const allScenarios: readonly Scenario[] = [
  ...streamScenarios,
  ...recordScenarios,
  ...readScenarios,
  ...shardScenarios,
  ...consumerScenarios,
  ...tagScenarios,
  ...policyScenarios,
  ...settingScenarios,
  ...stateScenarios,
  ...protocolScenarios,
];
