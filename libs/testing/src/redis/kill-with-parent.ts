import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Kills `child` when this process ends, in whatever way: a guard of its own waits for the end of a pipe, which the
 * system closes even after `kill -9`. A server must not outlive its test, least of all a frozen one, which obeys nothing else.
 * @param child a process that has been started, or has failed to start
 */
export function killWithParent(child: ChildProcess): void {
  if (child.pid === undefined) return;
  // Detached: a Ctrl-C in the terminal reaches this process and the child, and must not end the guard before them.
  const guard = spawn('sh', ['-c', 'read -r line; kill -9 "$0"', String(child.pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.once('error', () => child.kill('SIGKILL'));
  guard.unref();
  (guard.stdin as Socket).unref();
  child.once('exit', () => guard.kill('SIGKILL'));
}
