export type { Clock, ScheduleOptions, Timer } from './clock.js';
export { InvalidOptionError, ShardlineError, type ShardlineErrorOptions } from './error.js';
export type { Random } from './random.js';
