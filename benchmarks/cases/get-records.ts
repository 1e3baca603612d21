import type { CaseParameters, PreparedCase } from '../benchmark.js';
import { sdkCase } from '../workload/sdk-pages.js';

/** The floor of a program that reads with the SDK: its GetRecords alone, stored records counted, none taken apart. */
export function prepare(parameters: CaseParameters): Promise<PreparedCase> {
  return sdkCase(parameters);
}
