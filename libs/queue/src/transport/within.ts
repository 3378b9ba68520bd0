/** Whether the work was done in time; it goes on where it was not. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, ms, false);
  const isDone = await Promise.race([work.then(() => true as const, () => true as const), promise]);
  clearTimeout(timer);
  return isDone;
}
