import { flushCompileCache } from 'node:module';
import { collectGarbage } from './collect-garbage.js';

/** By then whatever waited for this process has had its turn. */
const COLLECT_AFTER_MS = 10_000;

/**
 * The last step of a process' start. What V8 compiled is kept for the next one, where NODE_COMPILE_CACHE names a folder:
 * Node by itself does so at the end only, and a process that is killed has none. And what the start left is given back, a
 * little later: collecting takes as long as a tenth of the start, and is not what the mesh waits for.
 */
export function settleStart(): void {
  flushCompileCache();
  setTimeout(collectGarbage, COLLECT_AFTER_MS).unref();
}
