export { seededRandom } from '@shardline/core/internal';
export type { DeliveryExamples, DeliveryVerdict } from './delivery-verdict.js';
export { formatDeliveryVerdict } from './format-delivery-verdict.js';
export { formatVerdict } from './format-verdict.js';
export type { DeliveryJudgeOptions } from './judge-deliveries.js';
export type { StreamJudgeOptions } from './judge-stream.js';
export type { KinesisReads } from './kinesis-reads.js';
export { LedgerError, type LedgerErrorCode } from './ledger-error.js';
export type { AcceptedRecord, DeliveredRecord, FailedRecord } from './ledger-event.js';
export { ManualClock, ManualClockError, type ManualClockOptions } from './manual-clock.js';
export { readStream } from './read-stream.js';
export type { ReadStreamOptions } from './read-stream-options.js';
export type { ReadAs } from './reader-rule.js';
export {
  type DeliveriesOptions,
  type JudgeOptions,
  RecordLedger,
  type RecordLedgerOptions,
} from './record-ledger.js';
export { sdkReads } from './sdk-reads.js';
export { type SimulationReport, simulate, type World } from './simulate.js';
export { type SchedulesOptions, type SchedulesReport, simulateSchedules } from './simulate-schedules.js';
export type { SimulatedProcess } from './simulated-process.js';
export { SimulationError, type SimulationFacts, type SimulationFailure } from './simulation-error.js';
export type { SimulationOptions } from './simulation-options.js';
export type { IdentifiedRecord, Identify } from './stored-log.js';
export type { StoredPage, StoredUserRecord } from './stored-page.js';
export type { Verdict, VerdictExamples } from './verdict.js';
