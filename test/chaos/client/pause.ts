import { setTimeout } from 'node:timers/promises';

/** For clients that wait before they try again, and for loads that last a while. A test that waits for something awaits that. */
export const pause = (ms: number): Promise<void> => setTimeout(Math.max(0, ms));
