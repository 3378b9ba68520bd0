import { setImmediate } from 'node:timers/promises';

/** Longest stretch, in milliseconds, for which long work may hold the thread. */
const SLICE_MS = 8;

/** A function to await between the steps of long work: it lets waiting questions run once a slice is used up. */
export function slicer(): () => Promise<void> | undefined {
  let started = performance.now();
  return () => {
    if (performance.now() - started < SLICE_MS) return undefined;
    return setImmediate().then(() => {
      started = performance.now();
    });
  };
}
