/**
 * Kills the processes when this one ends without having stopped them: a failed assertion, an exception that nobody caught.
 * @param pids those that run at that moment
 * @returns what takes it back, once they have been stopped
 */
export function endWithMe(pids: () => readonly number[]): () => void {
  const end = (): void => {
    for (const pid of pids()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
  };
  process.once('exit', end);
  return () => process.off('exit', end);
}
