import { setFlagsFromString } from 'node:v8';

/**
 * Compiles a WebAssembly function when it is called first. Compiling all of PostgreSQL at once takes seconds of
 * processor time and leaves memory behind that is never given back, for functions that an audit record never calls.
 */
export function compileLazily(): void {
  setFlagsFromString('--wasm-lazy-compilation');
}
