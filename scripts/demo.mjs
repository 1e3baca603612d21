// `npm run demo [-- --seconds N --plain]`: set up what is missing, then run the demonstration.
// Parsed by whatever Node the machine has, so: no recent syntax here, and the floor is checked before anything is loaded.
import { requireNodeFloor } from './bootstrap/node-floor.mjs';

requireNodeFloor();
void import('./bootstrap/commands.mjs').then(({ demo }) => demo(process.argv.slice(2)));
