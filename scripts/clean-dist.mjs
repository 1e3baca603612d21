// The first half of every package's `build`: tsup's own cleaning races between its ESM and its CJS build.
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
