export { AggregateEncoder } from './aggregate-encoder.js';
export { beginsWithMagic } from './aggregate-format.js';
export { AggregationError, type AggregationErrorCode } from './aggregation-error.js';
export { type AggregatedUserRecord, decodeAggregate } from './decode-aggregate.js';
export { formatHashKey, type HashKey, hashKeyOf, parseHashKey } from './hash-key.js';
export { type HashKeyRange, HashRange } from './hash-range.js';
export { HashRangeIndex } from './hash-range-index.js';
