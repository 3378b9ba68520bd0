import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

/** The same place seen from `src` and from `dist`, where the source is not copied to. */
const SOURCE = fileURLToPath(new URL('../../src/redis/fsync-shim.c', import.meta.url));

/** Whether there is what `compileFsyncShim` needs: a C compiler named `cc`, and Linux, whose loader takes the shim. */
export function hasCompiler(): boolean {
  return process.platform === 'linux' && spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Compiles fsync-shim.c to a shared library at `target`.
 * @throws when there is no C compiler or no Linux, saying so, and when the compiler refuses.
 */
export async function compileFsyncShim(target: string): Promise<void> {
  if (!hasCompiler()) throw new Error('no C compiler: a power cut needs `cc` on the PATH, and Linux');
  await promisify(execFile)('cc', ['-shared', '-fPIC', '-O2', '-U_FORTIFY_SOURCE', '-o', target, SOURCE, '-ldl']);
}
