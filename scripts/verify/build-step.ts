import { buildIfStale } from '../bootstrap/set-up.mjs';
import { onePassed, type Step } from './step.js';

/** Builds the packages, unless that was done from exactly these sources. */
export function buildStep(): Step {
  return {
    name: 'build',
    async run() {
      await buildIfStale(process.env);
      return onePassed;
    },
  };
}
