import { packageBuild } from '../../scripts/tsup-package.js';

export default packageBuild(['src/index.ts', 'src/arbitraries.ts', 'src/lease-store.ts']);
