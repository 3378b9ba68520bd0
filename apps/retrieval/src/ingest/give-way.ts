import { setImmediate } from 'node:timers/promises';

/** Longest stretch, in milliseconds, for which ingesting may hold the thread: questions are answered on the same one. */
const SLICE_MS = 8;

/** To be awaited between the steps of long work; lets waiting questions run once the slice is used up. */
export function givingWay(): () => Promise<void> {
  let started = performance.now();
  return async () => {
    if (performance.now() - started < SLICE_MS) return;
    await setImmediate();
    started = performance.now();
  };
}
