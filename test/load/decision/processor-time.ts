/** Milliseconds that this thread has had of a processor. Counted in ticks of up to four, so for long stretches only. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
