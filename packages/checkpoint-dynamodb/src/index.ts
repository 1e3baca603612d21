export { DynamoDBLeaseStore } from './dynamodb-lease-store.js';
export {
  LeaseItemMalformedError,
  LeaseStoreStateError,
  type LeaseTableCall,
  LeaseTableError,
  type LeaseTableErrorCode,
  LeaseTableMismatchError,
} from './errors.js';
export type { DynamoDBLeaseStoreOptions } from './options.js';
