export { ManualClock, ManualClockError, type ManualClockOptions } from './manual-clock.js';
