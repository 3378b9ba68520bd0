import { flushCompileCache } from 'node:module';
import { collectGarbage } from './collect-garbage.js';

/**
 * The last step of a process' start. What V8 compiled is kept for the next one, where NODE_COMPILE_CACHE names a folder:
 * Node by itself does so at the end only, and a process that is killed has none. And what the start left is given back.
 */
export function settleStart(): void {
  flushCompileCache();
  collectGarbage();
}
