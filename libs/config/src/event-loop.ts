/** The time and the event loop of this process, for core code that does long work in slices and may have neither itself. */
export const eventLoop = {
  now: (): number => performance.now(),
  breathe: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)),
};
