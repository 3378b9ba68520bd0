/**
 * Starts `ratePerSecond * seconds` tasks at even intervals, whether or not earlier ones are done: an open loop, as
 * customers are. A closed loop would wait for a slow server and so hide that it is slow.
 */
export async function openLoop(ratePerSecond: number, seconds: number, task: (index: number) => Promise<void>): Promise<void> {
  const total = Math.round(ratePerSecond * seconds);
  const start = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < total; index++) {
    const due = start + (index * 1_000) / ratePerSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    running.push(task(index));
  }
  await Promise.all(running);
}
