export { ManualClock, ManualClockError, type ManualClockOptions } from './manual-clock.js';
export { type SimulationReport, simulate, type World } from './simulate.js';
export { type SchedulesOptions, type SchedulesReport, simulateSchedules } from './simulate-schedules.js';
export type { SimulatedProcess } from './simulated-process.js';
export { SimulationError, type SimulationFacts, type SimulationFailure } from './simulation-error.js';
export type { SimulationOptions } from './simulation-options.js';
