import { createRequire } from 'node:module';

/**
 * Why no engine can be loaded on this machine; undefined where one is installed, which must then work.
 * `tools/setup --tests` installs the prebuilt one of Linux on x64 (package.json beside this file).
 */
export function whyNoEngine(): string | undefined {
  const name = `@node-llama-cpp/${process.platform}-${process.arch}`;
  try {
    createRequire(import.meta.url).resolve(name);
    return undefined;
  } catch {
    return `${name}, the prebuilt engine of this machine, is not installed`;
  }
}
