import type { Justification } from '../justify.js';
import { consumersDifferences } from './consumers.js';
import { formsDifferences } from './forms.js';
import { protocolDifferences } from './protocol.js';
import { recordsDifferences } from './records.js';
import { settingsDifferences } from './settings.js';
import { shardsDifferences } from './shards.js';
import { statesDifferences } from './states.js';
import { streamsDifferences } from './streams.js';

/** Every difference that the service's documentation decides for us. */
export const allJustifications: readonly Justification[] = [
  ...consumersDifferences,
  ...formsDifferences,
  ...protocolDifferences,
  ...recordsDifferences,
  ...settingsDifferences,
  ...shardsDifferences,
  ...statesDifferences,
  ...streamsDifferences,
];
