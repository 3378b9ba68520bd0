import { pause } from '../client/pause.ts';
import type { Fault } from './fault.ts';

/** Whoever can say which process a name is now, and kill it. */
export interface Processes {
  processes(): readonly { readonly name: string; readonly pid: number }[];
  kill(name: string): void;
}

const pidOf = (mesh: Processes, name: string): number | undefined => mesh.processes().find((one) => one.name === name)?.pid;

/** kill -9; its supervisor starts it again. One that is down already stays so. */
export const killTier = (mesh: Processes, name: string): Fault => ({
  name: `kill -9 ${name}`,
  strike: async () => {
    if (pidOf(mesh, name) !== undefined) mesh.kill(name);
  },
});

/** SIGSTOP, and SIGCONT after a while: to the others it is dead, and then it wakes up and goes on as if nothing had been. */
export const freezeTier = (mesh: Processes, name: string, ms: number): Fault => ({
  name: `freeze ${name} for ${ms / 1_000} s`,
  strike: async () => {
    const pid = pidOf(mesh, name);
    if (pid === undefined) return;
    process.kill(pid, 'SIGSTOP');
    try {
      await pause(ms);
    } finally {
      // It may have been killed meanwhile, and its number be nobody's.
      if (pidOf(mesh, name) === pid) process.kill(pid, 'SIGCONT');
    }
  },
});
