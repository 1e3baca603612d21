/** The door for sibling packages. Not covered by semantic versioning: the packages are released together. */
export { Announcer, type AnnouncerParts } from './announcer.js';
export { type BackoffPolicy, fullJitterMs } from './backoff.js';
export { callWithin } from './call-within.js';
export { type ClientChoice, checkClientChoice } from './client-choice.js';
export { delay, systemClock } from './clock.js';
export { aThing, constructorName } from './constructor-name.js';
export { refuseNoUrl } from './endpoint-url.js';
export { type FaultKind, faultKindOf } from './fault-kind.js';
export { serviceLimits } from './limits.js';
export { Loop, type LoopOptions } from './loop.js';
export { nearName } from './near-name.js';
export {
  abortSignal,
  aClient,
  aConnection,
  anObject,
  callable,
  deadline,
  integerBetween,
  type OptionRow,
  type OptionTable,
  oneOf,
  resolveOptions,
  streamNameOrArn,
} from './options.js';
export { seededRandom, systemRandom } from './random.js';
export { boundedWords, type ServiceFault, serviceFaultOf } from './service-fault.js';
export { inRegionOf } from './stream-region.js';
export { type StreamTarget, streamTarget } from './stream-target.js';
export { traced } from './traced.js';
export { wholeListing } from './whole-listing.js';
