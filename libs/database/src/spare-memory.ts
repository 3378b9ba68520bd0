import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Compiles a WebAssembly function when it is called first. Compiling all of PostgreSQL at once takes seconds of
 * processor time and leaves memory behind that is never given back, for functions that an audit record never calls.
 */
export function compileLazily(): void {
  setFlagsFromString('--wasm-lazy-compilation');
}

/**
 * Collects garbage now. Starting the embedded database leaves well over 100 MB of it, and a process that is idle
 * afterwards has no reason to collect by itself.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect();
}
