import { bundleTiers } from './bundle.mjs';

/** vitest's global setup. */
export default () => bundleTiers();
