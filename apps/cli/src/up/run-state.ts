import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const RunningProcess = z.object({ name: z.string(), tier: z.string(), pid: z.int(), url: z.string().optional() });
export type RunningProcess = z.infer<typeof RunningProcess>;

/** What `yard up` tells the other commands: written beside the data, removed when the mesh has stopped. */
export const RunState = z.object({
  pid: z.int(),
  url: z.string(),
  redisUrl: z.string(),
  siteDirectory: z.string(),
  siteVersion: z.string(),
  /** Base URLs of the site's local services, by the variable that names them. */
  environment: z.record(z.string(), z.string()),
  processes: z.array(RunningProcess),
});
export type RunState = z.infer<typeof RunState>;

const file = (dataDirectory: string): string => join(dataDirectory, 'run.json');

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether `pid` is a process of ours, and not one that was given the number since. */
export function isOurs(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return /apps\/|redis-server|valkey-server|shop-backend/.test(command.replaceAll('\0', ' '));
  } catch {
    // No /proc on this system: the number is all there is.
    return true;
  }
}

export function readRunState(dataDirectory: string): RunState | undefined {
  try {
    return RunState.parse(JSON.parse(readFileSync(file(dataDirectory), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeRunState(dataDirectory: string, state: RunState): void {
  mkdirSync(dataDirectory, { recursive: true });
  // Renamed into place, so that a reader never sees half of it.
  const partial = `${file(dataDirectory)}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(partial, file(dataDirectory));
}

export function removeRunState(dataDirectory: string): void {
  rmSync(file(dataDirectory), { force: true });
}
