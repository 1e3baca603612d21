export { type ExplicitHashKeysOptions, explicitHashKeys } from './explicit-hash-keys.js';
export { type FaultPlansOptions, faultPlans } from './fault-plans.js';
export { type PartitionKeysOptions, partitionKeys } from './partition-keys.js';
export { type RecordDataOptions, recordData } from './record-data.js';
export { type HistoricShard, type ShardHistoriesOptions, shardHistories } from './shard-histories.js';
export { type GeneratedUserRecord, type UserRecordsOptions, userRecords } from './user-records.js';
