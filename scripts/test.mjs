// `npm test`: set up what is missing, then run everything that CI runs.
// Parsed by whatever Node the machine has, so: no recent syntax here, and the floor is checked before anything is loaded.
import { requireNodeFloor } from './bootstrap/node-floor.mjs';

requireNodeFloor();
void import('./bootstrap/commands.mjs').then(({ test }) => test());
